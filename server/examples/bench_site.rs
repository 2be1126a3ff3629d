//! The whole program under load: memory at rest, the list page as the server renders it, e-mails handed to a mail server on this machine.
//!
//! `bench_site SERVER DATABASE_URL` starts the program, seeds the demo team and prints one figure a line. Speaks to 127.0.0.1 only.

use anyhow::{Context, Result, ensure};
use reqwest::{Client, redirect::Policy};
use serde_json::Value;
use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::mpsc,
};

/// Browsers that load pages at the same time, and for how long.
const BROWSERS: usize = 8;
const LOAD: Duration = Duration::from_secs(15);
/// Customers who are analysed and written to.
const MAILS: usize = 400;

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let program = arguments.next().context("name the program")?;
    let url = arguments.next().context("name a new database")?;
    let folder = tempfile::tempdir()?;
    let (port, mut taken) = sink().await?;
    let command = |arguments: &[&str]| {
        let mut command = Command::new(&program);
        command
            .current_dir(folder.path())
            .env("ASKUSERS_DATABASE__URL", &url)
            .env("ASKUSERS_STORAGE__DATA_DIR", folder.path())
            .env("ASKUSERS_HTTP__ADDRESS", "127.0.0.1:0")
            .env("ASKUSERS_LOG__FILTER", "warn,server=info")
            .env("ASKUSERS_LOG__FORMAT", "json")
            .env("ASKUSERS_LIMITS__CREDITS_PER_MONTH", "100000")
            .env("ASKUSERS_SMTP__HOST", "127.0.0.1")
            .env("ASKUSERS_SMTP__PORT", port.to_string())
            .env("ASKUSERS_SMTP__TLS", "none")
            .env("ASKUSERS_SMTP__FROM", "AskUsers <no-reply@example.com>")
            .env("ASKUSERS_SENDING__MIN_GAP_MS", "0")
            .env("ASKUSERS_SENDING__PER_HOUR", "1000000")
            .env("ASKUSERS_SENDING__PER_DAY", "1000000")
            .arg("--dev")
            .args(arguments);
        command
    };
    let demo = printed(&mut command(&["seed", "--json"]))?;
    let business = demo["businesses"][0]["id"].as_str().context("a business")?.to_owned();
    let file = customers(folder.path())?;
    printed(&mut command(&["import", "--business", &business, "--file", &file, "--json"]))?;

    let site = Site::start(&mut command(&["serve"]))?;
    tokio::time::sleep(Duration::from_secs(3)).await;
    println!("memory_at_rest_kb {}", site.memory("VmRSS:")?);
    let team = demo["team"]["id"].as_str().context("a team")?.to_owned();
    let owner = demo["users"]
        .as_array()
        .and_then(|all| all.iter().find(|user| user["role"] == "owner"));
    let browser = signed_in(&site.base, owner.context("an owner")?).await?;
    let page = format!("{}/t/{team}/b/{business}/customers", site.base);
    load(&browser, &page).await?;
    println!("memory_under_load_max_kb {}", site.memory("VmHWM:")?);
    send(&browser, &site.base, &team, &business, &mut taken).await
}

fn printed(command: &mut Command) -> Result<Value> {
    let output = command.stderr(Stdio::inherit()).output()?;
    ensure!(output.status.success(), "{command:?} failed");
    Ok(serde_json::from_slice(&output.stdout)?)
}

fn customers(folder: &Path) -> Result<String> {
    let mut text = String::from("email,name,total spent,payment count,first payment,last payment\n");
    for n in 0..MAILS {
        text.push_str(&format!(
            "zz{n}@customer.example,Customer {n},{}.50,{},2025-01-01,2026-0{}-15\n",
            10 + n,
            1 + n % 9,
            1 + n % 9
        ));
    }
    let path = folder.join("more.csv");
    std::fs::write(&path, text)?;
    Ok(path.display().to_string())
}

/// The program while it serves; ends with this.
struct Site {
    child: Child,
    base: String,
}

impl Site {
    fn start(command: &mut Command) -> Result<Self> {
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
        let mut lines = BufReader::new(child.stderr.take().context("its log")?).lines();
        let said = lines
            .find_map(|line| line.ok().filter(|line| line.contains("\"serving\"")))
            .context("it never served")?;
        // Read on, or it would wait for a reader.
        std::thread::spawn(move || lines.for_each(drop));
        let said: Value = serde_json::from_str(&said)?;
        let base = format!("http://{}", said["address"].as_str().context("an address")?);
        Ok(Self { child, base })
    }

    fn memory(&self, name: &str) -> Result<String> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix(name)).context("no figure")?;
        Ok(line.trim().trim_end_matches(" kB").to_owned())
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

async fn signed_in(base: &str, user: &Value) -> Result<Client> {
    let client = Client::builder().cookie_store(true).redirect(Policy::none()).build()?;
    let text = |name: &str| user[name].as_str().unwrap_or_default().to_owned();
    let fields = [("email", text("email")), ("password", text("password"))];
    let answer = client.post(format!("{base}/api/accounts/sign_in")).form(&fields).send().await?;
    ensure!(answer.status().as_u16() < 400, "not signed in: {}", answer.status());
    Ok(client)
}

/// Loads one page again and again from several browsers.
async fn load(browser: &Client, page: &str) -> Result<()> {
    let until = Instant::now() + LOAD;
    let one = || async {
        let mut took = Vec::new();
        while Instant::now() < until {
            let begun = Instant::now();
            let answer = browser.get(page).send().await?;
            ensure!(answer.status() == 200, "{}", answer.status());
            let body = answer.bytes().await?;
            took.push((begun.elapsed(), body.len()));
        }
        anyhow::Ok(took)
    };
    let begun = Instant::now();
    let all = futures::future::try_join_all((0..BROWSERS).map(|_| one())).await?;
    let seconds = begun.elapsed().as_secs_f64();
    let mut all: Vec<_> = all.into_iter().flatten().collect();
    all.sort_unstable();
    let at = |share: usize| all[(all.len() - 1) * share / 100].0.as_secs_f64() * 1_000.0;
    println!(
        "list_page browsers {BROWSERS} bytes {} per_s {:.0}",
        all[0].1,
        all.len() as f64 / seconds
    );
    println!("list_page p50_ms {:.1} p95_ms {:.1}", at(50), at(95));
    Ok(())
}

/// Drafts of many customers, queued as one presses, taken by the mail server.
async fn send(browser: &Client, base: &str, team: &str, business: &str, taken: &mut mpsc::UnboundedReceiver<()>) -> Result<()> {
    let call = |endpoint: &str, input: Value| browser.post(format!("{base}/api/{endpoint}")).json(&input).send();
    let post = |endpoint: &str, fields: Vec<(&'static str, String)>| {
        browser
            .post(format!("{base}/api/{endpoint}"))
            .header("accept", "application/json")
            .form(&fields)
            .send()
    };
    let mut ids = Vec::new();
    let mut cursor = Value::Null;
    while ids.len() < MAILS {
        let query = serde_json::json!({"search": "", "also_elsewhere": false, "sort": "name", "cursor": cursor});
        let found = call(
            "customers/list",
            serde_json::json!({"team": team, "business": business, "query": query}),
        )
        .await?;
        ensure!(found.status() == 200, "{}", found.text().await?);
        let found: Value = found.json().await?;
        let rows = found["rows"].as_array().context("rows")?;
        let fresh = rows
            .iter()
            .filter(|row| row["name"].as_str().is_some_and(|name| name.starts_with("Customer ")));
        ids.extend(fresh.filter_map(|row| row["id"].as_str().map(str::to_owned)));
        cursor = found["next"].clone();
        if cursor.is_null() {
            break;
        }
    }
    let begun = Instant::now();
    for customer in &ids {
        let fields = vec![("team", team.to_owned()), ("customer", customer.clone()), ("seen", String::new())];
        let answer = post("analysis/analyse", fields).await?;
        ensure!(answer.status() == 200, "{}", answer.text().await?);
    }
    println!(
        "analyses one_after_the_other per_s {:.0}",
        ids.len() as f64 / begun.elapsed().as_secs_f64()
    );
    let options = call(
        "outreach/options",
        serde_json::json!({"team": team, "business": business, "customer": ids[0]}),
    )
    .await?;
    let options: Value = options.json().await?;
    let sender = options["senders"][0]["id"].as_str().context("a sender")?.to_owned();
    while taken.try_recv().is_ok() {}
    let begun = Instant::now();
    for customer in &ids {
        let fields = vec![
            ("team", team.to_owned()),
            ("business", business.to_owned()),
            ("customer", customer.clone()),
            ("sender", sender.clone()),
            ("version", String::from("1")),
        ];
        let answer = post("outreach/send", fields).await?;
        ensure!(answer.status() == 200, "{}", answer.text().await?);
    }
    println!("queued per_s {:.0}", ids.len() as f64 / begun.elapsed().as_secs_f64());
    for n in 0..ids.len() {
        tokio::time::timeout(Duration::from_secs(60), taken.recv())
            .await
            .with_context(|| format!("only {n} of {} e-mails came", ids.len()))?;
    }
    println!(
        "sends mails {} per_s {:.0}",
        ids.len(),
        ids.len() as f64 / begun.elapsed().as_secs_f64()
    );
    Ok(())
}

/// A mail server that takes everything, and says so once for each mail.
async fn sink() -> Result<(u16, mpsc::UnboundedReceiver<()>)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    let (sender, taken) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(conversation(stream, sender.clone()));
        }
    });
    Ok((port, taken))
}

async fn conversation(stream: TcpStream, taken: mpsc::UnboundedSender<()>) -> std::io::Result<()> {
    let (reader, mut writer) = stream.into_split();
    let mut lines = tokio::io::BufReader::new(reader).lines();
    writer.write_all(b"220 sink\r\n").await?;
    let mut text = false;
    while let Some(line) = lines.next_line().await? {
        let answer: &[u8] = match (text, line.as_str()) {
            (true, ".") => {
                text = false;
                taken.send(()).ok();
                b"250 taken\r\n"
            }
            (true, _) => continue,
            (false, "DATA") => {
                text = true;
                b"354 go on\r\n"
            }
            (false, "QUIT") => b"221 bye\r\n",
            (false, _) => b"250 sink\r\n",
        };
        writer.write_all(answer).await?;
    }
    Ok(())
}
