"""Peer: GNU Health on PostgreSQL. Makes what is to be served, once: gnuhealth.py FOLDER PATIENTS.

FOLDER holds trytond.conf and the password file `pass` of `admin`; the database is made by trytond-admin before. One patient
is made as the program makes them and copied by SQL to so many. Prints the number of patients.
"""

import sys

import psycopg2
from trytond.config import config

folder, wanted = sys.argv[1], int(sys.argv[2])
config.update_etc(f"{folder}/trytond.conf")

from trytond.pool import Pool
from trytond.transaction import Transaction

with psycopg2.connect(config.get("database", "uri") + "gh") as base, base.cursor() as cursor:
    cursor.execute("SELECT count(*) FROM gnuhealth_patient")
    (held,) = cursor.fetchone()
if held < wanted:
    Pool.start()
    pool = Pool("gh")
    pool.init()
    with Transaction().start("gh", 1, context={"active_test": False}):
        party = {"name": "花子", "lastname": "山田", "gender": "f", "is_person": True, "is_patient": True, "ref": "B0", "fed_country": "JPN"}
        (person,) = pool.get("party.party").create([party])
        pool.get("gnuhealth.patient").create([{"party": person.id}])
        Transaction().commit()
    with psycopg2.connect(config.get("database", "uri") + "gh") as base, base.cursor() as cursor:

        def columns(table):
            cursor.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s",
                (table,),
            )
            return [name for (name,) in cursor.fetchall()]

        def copy(table, own):
            into = ", ".join(f'"{name}"' for name in columns(table))
            values = ", ".join(own.get(name, f't."{name}"') for name in columns(table))
            cursor.execute(
                f"INSERT INTO {table} ({into}) SELECT {values} FROM {table} t, generate_series(1, {wanted}) n "
                f"WHERE t.id = (SELECT max(id) FROM {table})"
            )

        # Numbers above all that are there; what must differ from patient to patient does.
        own = {"id": "1000000 + n", "code": "'C' || n", "ref": "'B' || n", "federation_account": "'F' || n"}
        copy("party_party", own)
        copy("gnuhealth_patient", {"id": "1000000 + n", "party": "1000000 + n"})
        cursor.execute("SELECT count(*) FROM gnuhealth_patient")
        (held,) = cursor.fetchone()
print(held)
