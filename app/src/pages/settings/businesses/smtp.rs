//! The mail server of a business: its own, or the installation's.

use super::edit::Actions;
use crate::{
    components::{Button, ErrorNote, Field, Kind, LockedAction, PostForm, Select, error_of, locked_reason},
    pages::settings::{frame, hidden, succeeded},
    typed::Typed,
};
use domain::{
    business::{BusinessDetail, SmtpSettings, SmtpTls},
    ids::{BusinessId, TeamId},
    permission::Permission,
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

const fn tls(tls: SmtpTls) -> &'static str {
    match tls {
        SmtpTls::Tls => "TLS, port 465",
        SmtpTls::StartTls => "STARTTLS, port 587",
        SmtpTls::None => "None, same machine only",
    }
}

#[component]
pub fn SmtpPanel(detail: BusinessDetail, may: bool, actions: Actions, typed: Typed) -> impl IntoView {
    let state = match (&detail.smtp, detail.installation_smtp) {
        // Not told which.
        _ if !may => String::from("Set up by who may configure the senders."),
        (Some(server), _) => format!("Mail leaves by {}:{}.", server.host, server.port),
        (None, true) => "Mail leaves by this installation's server.".into(),
        (None, false) => "There is no mail server yet: nothing can be sent.".into(),
    };
    let body = if may {
        own(&detail, actions, &typed)
    } else {
        let reason = locked_reason(Permission::ConfigureSender);
        view! { <div class="p-4 border-t border-line"><LockedAction id="why-smtp" label="Change the mail server" reason/></div> }.into_any()
    };
    view! {
        <section class="panel mt-6" aria-labelledby="smtp-h">
            <div class="panel-head"><h2 id="smtp-h" class="h-sec">"Mail server"</h2><span class="sub">{state}</span></div>
            {body}
        </section>
    }
    .into_any()
}

/// The form stands open once there is a server, or while there is no other.
fn own(detail: &BusinessDetail, actions: Actions, typed: &Typed) -> AnyView {
    let (team, business) = (frame().id, detail.id);
    let refused = error_of(actions.save_smtp).get_untracked().is_some();
    if detail.smtp.is_some() {
        return view! { {form(detail, actions, typed)} {tools(team, business, detail.installation_smtp, actions)} }.into_any();
    }
    view! {
        <details class="border-t border-line group" open=refused || !detail.installation_smtp>
            <summary class="p-4 link">"Use a mail server of your own"</summary>
            {form(detail, actions, typed)}
        </details>
    }
    .into_any()
}

fn form(detail: &BusinessDetail, actions: Actions, typed: &Typed) -> AnyView {
    let (team, business) = (frame().id, detail.id);
    let server = detail.smtp.clone().unwrap_or(SmtpSettings {
        host: String::new(),
        port: 587,
        tls: SmtpTls::StartTls,
        user: String::new(),
        has_password: false,
    });
    let hint = if server.has_password {
        "Stored. Empty: it stays, unless server or user change."
    } else {
        "Stored encrypted, never shown again."
    };
    // What was refused without scripts stands before what is stored.
    let value = |name: &str, stored: String| if typed.get("host").is_empty() { stored } else { typed.get(name) };
    let (host, port) = (value("host", server.host), value("port", server.port.to_string()));
    let (protection, user) = (value("tls", server.tls.to_string()), value("user", server.user));
    let choices = SmtpTls::ALL.iter().map(|t| (t.to_string(), tls(*t).to_owned())).collect();
    let error = error_of(actions.save_smtp);
    let done = succeeded(actions.save_smtp);
    view! {
        <PostForm action=actions.save_smtp attr:class="p-4 grid gap-4 border-t border-line" attr:novalidate="">
            {hidden("team", team)}
            {hidden("business", business)}
            <ErrorNote error/>
            <div class="grid gap-4 sm:grid-cols-[1fr_6rem_12rem]">
                <Field name="host" label="Host" placeholder="smtp.example.com" value=host small=true required=true error/>
                <Field name="port" label="Port" kind="number" value=port small=true required=true error/>
                <Select name="tls" label="Encryption" options=choices value=protection small=true error/>
            </div>
            <div class="grid gap-4 sm:grid-cols-2">
                <Field name="user" label="User" autocomplete="off" value=user small=true error/>
                <Field name="password" label="Password" kind="password" autocomplete="new-password" hint small=true error/>
            </div>
            <div class="flex flex-wrap items-center gap-3">
                <Button submit=true busy=actions.save_smtp.pending()>"Save mail server"</Button>
                {move || done.get().then(|| view! { <span class="sub" role="status">"Saved"</span> })}
            </div>
        </PostForm>
    }
    .into_any()
}

/// Test and removal: forms of their own, for without JavaScript. There the answer of the test travels in the URL.
fn tools(team: TeamId, business: BusinessId, installation: bool, actions: Actions) -> AnyView {
    let failed = {
        let (test, remove) = (error_of(actions.test_smtp), error_of(actions.remove_smtp));
        Signal::derive(move || test.get().or_else(|| remove.get()))
    };
    let answered = succeeded(actions.test_smtp);
    let query = use_query_map();
    let works = move || answered.get() || query.with(|q| q.get("server").as_deref() == Some("works"));
    let removal = if installation {
        "Mail then leaves by this installation's server; the stored password is forgotten."
    } else {
        "Nothing can be sent then; the stored password is forgotten."
    };
    view! {
        <div class="flex flex-wrap items-center gap-3 p-4 border-t border-line">
            <PostForm action=actions.test_smtp>
                {hidden("team", team)}
                {hidden("business", business)}
                <Button submit=true busy=actions.test_smtp.pending()>"Test the connection"</Button>
            </PostForm>
            {move || works().then(|| view! { <span role="status">"The server answered and took the sign-in."</span> })}
            <ErrorNote error=failed/>
        </div>
        <div class="flex flex-wrap items-center gap-3 p-4 border-t border-line">
            <PostForm action=actions.remove_smtp>
                {hidden("team", team)}
                {hidden("business", business)}
                <Button kind=Kind::Danger submit=true busy=actions.remove_smtp.pending()>"Remove mail server"</Button>
            </PostForm>
            <span class="sub">{removal}</span>
        </div>
    }
    .into_any()
}
