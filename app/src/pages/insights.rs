//! The team's figures that every frame already carries: customers by product, credits left.

use crate::{
    components::{EmptyState, LockedAction, Meter, PageHead, Panel, Part, Product, StatTile, Stats, Viz, icon, locked_reason},
    layouts::use_frame,
    paths,
};
use domain::{
    money::group_thousands,
    permission::Permission,
    team::{BusinessLink, TeamFrame},
};
use leptos::prelude::*;

#[component]
pub fn InsightsPage() -> impl IntoView {
    let frame = use_frame();
    view! {
        <div class="page">
            <PageHead title="Insights"/>
            {move || {
                frame
                    .with(|f| {
                        if f.may(Permission::EditTeamSettings, None) {
                            figures(f)
                        } else {
                            let reason = locked_reason(Permission::EditTeamSettings);
                            view! {
                                <p class="mt-5">
                                    <LockedAction id="why-insights" label="Open the insights" reason/>
                                </p>
                            }
                            .into_any()
                        }
                    })
            }}
        </div>
    }
    .into_any()
}

fn figures(frame: &TeamFrame) -> AnyView {
    let total: u64 = frame.businesses.iter().map(|b| b.customers).sum();
    if total == 0 {
        return view! {
            <div class="mt-5">
                <EmptyState icon=icon::CHART title="No figures yet" text="They appear with the first imported customers."/>
            </div>
        }
        .into_any();
    }
    let colours = [Viz::One, Viz::Two, Viz::Three, Viz::Soft, Viz::Slate];
    let parts = frame
        .businesses
        .iter()
        .zip(colours.into_iter().cycle())
        .map(|(b, colour)| Part::new(b.name.clone(), b.customers, colour))
        .collect();
    let left = u64::try_from(frame.balance.available().0).unwrap_or(0);
    let team = frame.id;
    let count = frame.businesses.len().to_string();
    let rows = frame.businesses.iter().map(|b| row(frame, b)).collect_view();
    view! {
        <div class="grid gap-6 mt-5">
            <Stats>
                <StatTile label="Customers" value=group_thousands(total) note="over all products"/>
                <StatTile label="Businesses" value=count href=paths::businesses(team)/>
                <StatTile label="Credits left" value=group_thousands(left) href=paths::credits(team)/>
            </Stats>
            <Panel title="Customers by product">
                <Meter label="Customers" parts total large=true/>
                <table class="table mt-3">
                    <thead>
                        <tr>
                            <th scope="col">"Product"</th>
                            <th scope="col">"Owner"</th>
                            <th scope="col" class="num">
                                "Customers"
                            </th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </Panel>
        </div>
    }
    .into_any()
}

fn row(frame: &TeamFrame, b: &BusinessLink) -> AnyView {
    view! {
        <tr>
            <td>
                <a class="font-medium hover:underline" href=paths::customers(frame.id, b.id)>
                    <Product name=b.name.clone() mark=b.mark/>
                </a>
            </td>
            <td class="sub">{b.owner_name.clone()}</td>
            <td class="num">{group_thousands(b.customers)}</td>
        </tr>
    }
    .into_any()
}
