using Quittance.Core.Access;

namespace Quittance.Tests.Console;

/// <summary>
/// Every page of the console, with the least role that may see it. Each is tried with every role, looked at for its headers, and read for
/// scripts in stored names. A page that is not here fails a test.
/// </summary>
internal static class ConsolePages
{
    private const OperatorRole Viewer = OperatorRole.Viewer;
    private const OperatorRole Operator = OperatorRole.Operator;
    private const OperatorRole Admin = OperatorRole.Admin;

    /// <summary>The pages, by their routes.</summary>
    public static IReadOnlyList<ConsolePage> All { get; } =
    [
        See("/console", Viewer, "Today"),
        See("/console/access", Viewer, "Access"),
        See("/console/access/clients", Viewer, "OAuth clients"),
        Do("/console/access/clients/new", Admin, "New OAuth client"),
        See("/console/access/credentials", Viewer, "Credentials"),
        Do("/console/access/credentials/new", Admin, "New credential"),
        See("/console/access/credentials/{Id:long}", Viewer, "Credential", of => $"/console/access/credentials/{of.Credential}"),
        Do("/console/access/credentials/{Id:long}/revoke", Admin, "Revoke credential",
            of => $"/console/access/credentials/{of.Credential}/revoke"),
        Do("/console/access/credentials/{Id:long}/rotate", Admin, "New secret for credential",
            of => $"/console/access/credentials/{of.Credential}/rotate"),
        See("/console/access/installations", Viewer, "APIs"),
        Do("/console/access/installations/new", Admin, "Open an API"),
        Do("/console/access/installations/{Id:long}/zone", Admin, "Change the time zone of TMF676",
            of => $"/console/access/installations/{of.Installation}/zone"),
        See("/console/access/dunning", Viewer, "Dunning"),
        Do("/console/access/dunning/policy", Admin, "Set when customers are dunned"),
        Do("/console/access/dunning/policy/end", Admin, "End a policy of dunning"),
        Do("/console/access/dunning/retries", Admin, "Set when failed payments are tried again"),
        Do("/console/access/dunning/retries/end", Admin, "End the tries of failed payments"),
        See("/console/access/limits", Viewer, "Second person"),
        Do("/console/access/limits/end", Admin, "End the limit of EUR", _ => "/console/access/limits/end?currency=EUR"),
        Do("/console/access/limits/set", Admin, "Set a limit"),
        See("/console/access/origins", Viewer, "Web origins"),
        Do("/console/access/origins/add", Admin, "Add an origin"),
        Do("/console/access/origins/remove", Admin, "Remove https://shop.example",
            of => "/console/access/origins/remove?api=tmf676&origin=https%3A%2F%2Fshop.example"),
        See("/console/access/people", Viewer, "People"),
        Do("/console/access/people/new", Admin, "New person"),
        Do("/console/access/people/{Id:guid}/end", Admin, "End the access of", of => $"/console/access/people/{of.Person:D}/end"),
        Do("/console/access/people/{Id:guid}/password", Admin, "Reset the password of",
            of => $"/console/access/people/{of.Person:D}/password"),
        Do("/console/access/people/{Id:guid}/reset-link", Admin, "Link to a new password for",
            of => $"/console/access/people/{of.Person:D}/reset-link"),
        Do("/console/access/people/{Id:guid}/role", Admin, "Change the role of", of => $"/console/access/people/{of.Person:D}/role"),
        Do("/console/access/people/{Id:guid}/second-factor", Admin, "Take away the second factor of",
            of => $"/console/access/people/{of.Person:D}/second-factor"),
        See("/console/access/providers", Viewer, "Providers"),
        See("/console/access/providers/routes", Viewer, "Routes to providers"),
        Do("/console/access/providers/routes/end", Admin, "End the route of cards in EUR",
            _ => "/console/access/providers/routes/end?kind=card&currency=EUR"),
        Do("/console/access/providers/routes/set", Admin, "Set a route"),
        Do("/console/access/second-factor", Admin, "Require a second factor"),
        See("/console/approvals", Viewer, "Waiting for a second person"),
        Do("/console/approvals/{Number:long}/approve", Operator, "Approve request",
            OfBusiness(has => $"/console/approvals/{has.Request}/approve")),
        Do("/console/approvals/{Number:long}/reject", Operator, "Reject request",
            OfBusiness(has => $"/console/approvals/{has.Request}/reject")),
        See("/console/audit", Viewer, "Audit log"),
        File("/console/audit.csv", Viewer),
        See("/console/charges/{Number:long}", Viewer, "Charge", OfBusiness(has => $"/console/charges/{has.Charge}")),
        Do("/console/charges/{Number:long}/change", Operator, "Change charge", OfBusiness(has => $"/console/charges/{has.Charge}/change")),
        Do("/console/charges/{Number:long}/correct", Operator, "Correct charge",
            OfBusiness(has => $"/console/charges/{has.Charge}/correct")),
        Do("/console/confirm", Viewer, "Is it still you?"),
        See("/console/customers", Viewer, "Customers"),
        Do("/console/customers/new", Operator, "New customer"),
        See("/console/customers/{Id:guid}", Viewer, "Customer", OfBusiness(has => $"/console/customers/{has.Customer:D}")),
        See("/console/customers/{Id:guid}/at", Viewer, "Balance as of a day", OfBusiness(has => $"/console/customers/{has.Customer:D}/at")),
        Do("/console/customers/{Id:guid}/charge", Operator, "New charge for",
            OfBusiness(has => $"/console/customers/{has.Customer:D}/charge")),
        Do("/console/customers/{Id:guid}/dunning", Operator, "Dunning of",
            OfBusiness(has => $"/console/customers/{has.Customer:D}/dunning")),
        Do("/console/customers/{Id:guid}/close", Operator, "Close the account of",
            OfBusiness(has => $"/console/customers/{has.Customer:D}/close")),
        Do("/console/customers/{Id:guid}/erase", Admin, "Erase the data of",
            OfBusiness(has => $"/console/customers/{has.Customer:D}/erase")),
        Do("/console/customers/{Id:guid}/link", Operator, "Payment link for",
            OfBusiness(has => $"/console/customers/{has.Customer:D}/link")),
        Do("/console/customers/{Id:guid}/merge", Operator, "Merge the account of",
            OfBusiness(has => $"/console/customers/{has.Customer:D}/merge")),
        Do("/console/customers/{Id:guid}/payment", Operator, "Payment of",
            OfBusiness(has => $"/console/customers/{has.Customer:D}/payment")),
        See("/console/customers/{Id:guid}/statement", Viewer, "Statement, EUR",
            OfBusiness(has => $"/console/customers/{has.Customer:D}/statement")),
        File("/console/customers/{id:guid}/statement.csv", Viewer, OfBusiness(has => $"/console/customers/{has.Customer:D}/statement.csv")),
        See("/console/explain/account/{Id:guid}", Viewer, "Balance", OfBusiness(has => $"/console/explain/account/{has.LedgerAccount:D}")),
        See("/console/explain/customer/{Id:guid}", Viewer, "owes this, EUR",
            OfBusiness(has => $"/console/explain/customer/{has.Customer:D}")),
        See("/console/explain/payment/{Number:long}", Viewer, "The money of payment",
            OfBusiness(has => $"/console/explain/payment/{has.Paid}")),
        See("/console/explain/transfer/{Subject:guid}/{Sequence:int}/{Line:int}", Viewer, "Where this comes from",
            OfBusiness(has => $"/console/explain/transfer/{has.PaidId:D}/1/1")),
        See("/console/explain/{Code}/{Kind}", Viewer, ", EUR", of => of.Business is null ? null : "/console/explain/EUR/receivable"),
        See("/console/instruments/{Id:guid}", Viewer, "Payment method", OfBusiness(has => $"/console/instruments/{has.Instrument:D}")),
        Do("/console/instruments/{Id:guid}/remove", Operator, "Remove a payment method of",
            OfBusiness(has => $"/console/instruments/{has.Instrument:D}/remove")),
        See("/console/ledger", Viewer, "Ledger"),
        See("/console/ledger/at", Viewer, "Trial balance as of a day"),
        File("/console/ledger/at.csv", Viewer),
        See("/console/ledger/{Code}/{Kind}", Viewer, ", EUR", of => of.Business is null ? null : "/console/ledger/EUR/receivable"),
        See("/console/ledger/verify", Operator, "Verify the books"),
        See("/console/ledger/{Id:guid}", Viewer, "Balance", OfBusiness(has => $"/console/ledger/{has.LedgerAccount:D}")),
        See("/console/links/{Id:guid}", Viewer, "Payment link", OfBusiness(has => $"/console/links/{has.Link:D}")),
        Do("/console/links/{Id:guid}/take-back", Operator, "Take the payment link back",
            OfBusiness(has => $"/console/links/{has.Link:D}/take-back")),
        Do("/console/password", Viewer, "Change your password"),
        See("/console/payments", Viewer, "Payments"),
        File("/console/payments.csv", Viewer),
        See("/console/payments/{Number:long}", Viewer, "Payment", OfBusiness(has => $"/console/payments/{has.Paid}")),
        Do("/console/payments/{Number:long}/allocate", Operator, "Allocate credit of payment",
            OfBusiness(has => $"/console/payments/{has.Paid}/allocate")),
        Do("/console/payments/{Number:long}/attempts/{Attempt:guid}/ask", Operator, "Ask Sandbox again",
            OfBusiness(has => $"/console/payments/{has.Asked}/attempts/{has.Attempt:D}/ask")),
        Do("/console/payments/{Number:long}/attempts/{Attempt:guid}/settle", Operator, "Settle an attempt by hand",
            OfBusiness(has => $"/console/payments/{has.Asked}/attempts/{has.Attempt:D}/settle")),
        Do("/console/payments/{Number:long}/cancel", Operator, "Call off payment",
            OfBusiness(has => $"/console/payments/{has.Promised}/cancel")),
        Do("/console/payments/{Number:long}/complete", Operator, "came in",
            OfBusiness(has => $"/console/payments/{has.Promised}/complete")),
        Do("/console/payments/{Number:long}/move", Operator, "Move money of payment",
            OfBusiness(has => $"/console/payments/{has.Paid}/move")),
        Do("/console/payments/{Number:long}/refund", Operator, "Refund payment", OfBusiness(has => $"/console/payments/{has.Paid}/refund")),
        Do("/console/payments/{Number:long}/refunds/{Refund:long}/call-off", Operator, "Call off refund",
            OfBusiness(has => $"/console/payments/{has.ToPay.Payment}/refunds/{has.ToPay.Refund}/call-off")),
        Do("/console/payments/{Number:long}/refunds/{Refund:long}/paid", Operator, "was paid out",
            OfBusiness(has => $"/console/payments/{has.ToPay.Payment}/refunds/{has.ToPay.Refund}/paid")),
        Do("/console/payments/{Number:long}/retry", Operator, "Try payment", OfBusiness(has => $"/console/payments/{has.Paid}/retry")),
        See("/console/receivables", Viewer, "Open receivables"),
        See("/console/refunds", Viewer, "Refunds to pay out"),
        Open("/console/reset", "New password"),
        See("/console/second-factor", Viewer, "Second factor"),
        Do("/console/second-factor/codes", Viewer, "New recovery codes"),
        Do("/console/second-factor/new", Viewer, "Set up a second factor"),
        Do("/console/second-factor/passkeys/new", Viewer, "New passkey"),
        Do("/console/second-factor/passkeys/remove", Viewer, "Remove a passkey"),
        See("/console/sessions", Viewer, "Your sessions"),
        Do("/console/sessions/end", Viewer, "End your other sessions"),
        See("/console/settlements", Viewer, "Settlements"),
        See("/console/settlements/collections", Viewer, "Collections of debits"),
        Do("/console/settlements/collections/build", Operator, "Build a collection"),
        Do("/console/settlements/collections/perhaps-sent", Operator, "Perhaps sent"),
        Do("/console/settlements/collections/status", Operator, "Read a status report"),
        See("/console/settlements/collections/{Number:long}", Viewer, "Collection", of => OfCollection(of, "")),
        Do("/console/settlements/collections/{Number:long}/call-off", Operator, "Call collection", of => OfCollection(of, "/call-off")),
        See("/console/settlements/collections/{Number:long}/file", Operator, "Hand out the file", of => OfCollection(of, "/file")),
        Do("/console/settlements/collections/{Number:long}/release", Operator, "Release collection", of => OfCollection(of, "/release")),
        Do("/console/settlements/import", Operator, "Import a statement"),
        See("/console/settlements/tolerances", Viewer, "Tolerances"),
        Do("/console/settlements/tolerances/end", Admin, "End a tolerance"),
        Do("/console/settlements/tolerances/set", Admin, "Set a tolerance"),
        See("/console/settlements/{Id:guid}", Viewer, "2027-211", of => $"/console/settlements/{of.Statement:D}"),
        See("/console/settlements/lines/{Id:guid}", Viewer, "Money in, 30.00 EUR", of => $"/console/settlements/lines/{of.Line:D}"),
        Do("/console/settlements/lines/{Id:guid}/book", Operator, "Book or ignore the line",
            of => $"/console/settlements/lines/{of.Line:D}/book"),
        Do("/console/settlements/lines/{Id:guid}/unbook", Operator, "Unbook the line",
            of => $"/console/settlements/lines/{of.Line:D}/unbook"),
        Open("/console/sign-in", "Quittance"),
        Open("/console/sign-out", "Sign out"),
        See("/console/webhooks", Viewer, "Webhooks"),
        Do("/console/webhooks/replay", Operator, "Replay failed events"),
        See("/console/webhooks/{Id:guid}", Viewer, "hooks.example", of => $"/console/webhooks/{of.Subscription:D}"),
        Do("/console/webhooks/{Id:guid}/end", Admin, "End hooks.example", of => $"/console/webhooks/{of.Subscription:D}/end"),
        Do("/console/webhooks/{Id:guid}/replay", Operator, "Replay failed events",
            of => $"/console/webhooks/{of.Subscription:D}/replay"),
    ];

    /// <summary>The addresses to which only forms are sent, and which browsers never open.</summary>
    public static IReadOnlyList<string> TakenAlone { get; } = ["/console/settlements/collections/{number:long}/file.xml"];

    private static string OfCollection(DeskSamples samples, string page) => $"/console/settlements/collections/{samples.Collection}{page}";

    private static Func<DeskSamples, string?> OfBusiness(Func<SampleBusiness, string> address) =>
        of => of.Business is { } has ? address(has) : null;

    private static ConsolePage See(string template, OperatorRole least, string heading, Func<DeskSamples, string?>? sample = null) =>
        new(template, least, sample ?? (_ => template), heading);

    private static ConsolePage Do(string template, OperatorRole least, string heading, Func<DeskSamples, string?>? sample = null) =>
        new(template, least, sample ?? (_ => template), heading, IsAction: true);

    private static ConsolePage File(string template, OperatorRole least, Func<DeskSamples, string?>? sample = null) =>
        new(template, least, sample ?? (_ => template), null);

    private static ConsolePage Open(string template, string heading) => new(template, null, _ => template, heading);
}
