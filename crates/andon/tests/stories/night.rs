//! Night staff alone: no officer, no IT person, nobody with an account; a ward's sealed card and a browser.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};
use axum::response::Response;
use tower::ServiceExt;

/// What is printed on the card.
pub const CODES: [&str; 4] = ["482199301175", "771203948852", "390182746655", "605519273840"];
const HOST: &str = "127.0.0.1:8421";

/// Somebody in front of a browser with the card in hand.
#[derive(Default)]
pub struct Night {
    /// The name typed.
    pub name: String,
    used: usize,
    cookie: String,
}

impl Night {
    /// Types the card's next code.
    pub async fn open(&mut self, router: &Router) -> Result<(), String> {
        let code = CODES.get(self.used).ok_or("the card has no more codes")?;
        self.used += 1;
        let asked = send(router, get("/break-glass", "")).await?;
        let form = cookie(&asked).ok_or("no cookie for the form")?;
        let token = form.split_once('=').map_or("", |(_, token)| token);
        let name = self.name.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
        let body = format!("token={token}&card=1&code={code}&name={name}&next=/");
        let request = Request::post("/break-glass")
            .header(header::HOST, HOST)
            .header(header::ORIGIN, format!("http://{HOST}"))
            .header(header::COOKIE, &form)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body))
            .map_err(|e| e.to_string())?;
        let opened = send(router, request).await?;
        self.cookie = cookie(&opened).ok_or_else(|| format!("the card did not open: {}", opened.status()))?;
        Ok(())
    }

    /// A page; after a power cut the card's next code opens again.
    pub async fn page(&mut self, router: &Router, path: &str) -> Result<String, String> {
        let mut answer = send(router, get(path, &self.cookie)).await?;
        if answer.status().is_redirection() {
            self.open(router).await?;
            answer = send(router, get(path, &self.cookie)).await?;
        }
        text(answer).await
    }
}

async fn send(router: &Router, request: Request<Body>) -> Result<Response, String> {
    router.clone().oneshot(request).await.map_err(|e| e.to_string())
}

fn cookie(response: &Response) -> Option<String> {
    let cookie = response.headers().get(header::SET_COOKIE)?.to_str().ok()?;
    cookie.split(';').next().map(str::to_owned)
}

/// A request of a browser on this machine.
pub fn get(path: &str, cookie: &str) -> Request<Body> {
    Request::builder().uri(path).header(header::HOST, HOST).header(header::COOKIE, cookie).body(Body::empty()).unwrap()
}

/// A page's text.
pub async fn text(response: Response) -> Result<String, String> {
    let bytes = axum::body::to_bytes(response.into_body(), 16 << 20).await.map_err(|e| e.to_string())?;
    String::from_utf8(bytes.to_vec()).map_err(|e| e.to_string())
}
