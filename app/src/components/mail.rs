//! An e-mail as its recipient sees it.

use domain::persona::Claim;
use leptos::prelude::*;

/// `<MailPreview subject from="Jane Peacock, Music Store <jane@…>" to body claims footer/>`. Words that rest on a field have a
/// tint and name the field in their title.
#[component]
pub fn MailPreview(
    #[prop(into)] subject: String,
    #[prop(into)] from: String,
    #[prop(optional, into)] to: Option<String>,
    #[prop(into)] body: String,
    #[prop(optional)] claims: Vec<Claim>,
    /// The business's name and postal address.
    #[prop(optional, into)]
    footer: String,
) -> impl IntoView {
    let paragraphs = body
        .split("\n\n")
        .filter(|p| !p.trim().is_empty())
        .map(|p| view! { <p class="whitespace-pre-line" dir="auto">{tinted(p.trim(), &claims)}</p> }.into_any())
        .collect_view();
    view! {
        <article class="mail" aria-label="E-mail as the recipient sees it">
            <header class="mail-head">
                <p class="font-semibold" dir="auto">{subject}</p>
                <p class="sub text-xs mt-1"><bdi>{from}</bdi> {to.map(|to| view! { <span class="block">"to " <bdi>{to}</bdi></span> })}</p>
            </header>
            <div class="mail-body">{paragraphs}</div>
            <footer class="mail-foot">{footer} " · " <span class="underline">"Unsubscribe"</span></footer>
        </article>
    }
    .into_any()
}

/// The text with each claim's words marked; the earliest match first, none inside another.
fn tinted(text: &str, claims: &[Claim]) -> Vec<AnyView> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some((at, claim)) = claims
        .iter()
        .filter(|c| !c.text.is_empty())
        .filter_map(|c| rest.find(c.text.as_str()).map(|at| (at, c)))
        .min_by_key(|(at, _)| *at)
    {
        let sources = claim.sources.iter().map(|s| s.label()).collect::<Vec<_>>().join(", ");
        if at > 0 {
            out.push(rest[..at].to_owned().into_any());
        }
        out.push(
            view! {
                <span class="src" title=format!("Rests on: {sources}")>
                    {claim.text.clone()}
                </span>
            }
            .into_any(),
        );
        rest = &rest[at + claim.text.len()..];
    }
    if !rest.is_empty() {
        out.push(rest.to_owned().into_any());
    }
    out
}
