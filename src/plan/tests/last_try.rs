//! Where a step leads when its last try has failed.

use super::{faults, planned};
use crate::plan::{StepIx, Then, WayTo};

#[test]
fn the_last_try_leads_where_the_flow_says() {
    let flow = |route: &str| {
        format!(
            "[[hot]]\ntitle = \"A\"\n[[hot.step]]\nid = \"a\"\nop = \"write\"\ndo = \"x\"\notherwise = {{ {route} }}\n\
             [[rollback]]\nid = \"back\"\ntitle = \"B\"\n[[rollback.step]]\nop = \"write\"\ndo = \"y\"\n"
        )
    };
    let to = |route: &str| planned(&flow(route), "").ways(StepIx(0)).map(|way| way.to).collect::<Vec<_>>();
    let (next, back) = (WayTo::Next(None), WayTo::Rollback(0, StepIx(1)));
    assert_eq!(to("then = 'retry', max = 2, else = 'back'"), [next, WayTo::Again, back]);
    assert_eq!(to("then = 'retry', max = 2, else = 'rollback'"), [next, WayTo::Again, back]);
    assert_eq!(to("then = 'retry', max = 2"), [next, WayTo::Again]);
    let plan = planned(&flow("then = 'retry', max = 2, else = 'hold'"), "");
    let last = plan.steps[0].way_out.as_ref().and_then(|way| way.last.as_ref()).and_then(|last| last.then.clone());
    assert_eq!(last, Some(Then::Hold));
    let long = "then = 'retry', max = 2, else = { do = 'z', call = 'dba', within = 5, then = 'back' }";
    let dba = "[contacts.dba]\nname = 'D'\n";
    let plan = planned(&format!("{dba}{}", flow(long)), "");
    assert_eq!(plan.ways(StepIx(0)).map(|way| way.to).collect::<Vec<_>>(), [next, WayTo::Again, back]);
    let last = plan.steps[0].way_out.as_ref().and_then(|way| way.last.as_ref()).expect("a last way");
    assert_eq!((last.call.is_some(), last.within, last.action.is_some()), (true, Some(5), true));
    assert_eq!(faults(&flow("then = 'retry', max = 2, else = 'bakc'"), ""), ["unknown-step: 'bakc'"]);
    assert_eq!(faults(&flow("then = 'retry', max = 2, else = 'a'"), ""), ["endless-cycle: 'a'"]);
}
