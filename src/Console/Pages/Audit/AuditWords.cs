using System.Collections.Frozen;
using System.Globalization;
using Quittance.Console.Layout;
using Quittance.Console.Parts;
using static Quittance.Console.Languages.Texts;

namespace Quittance.Console.Pages.Audit;

/// <summary>The words and links of the audit log.</summary>
internal static class AuditWords
{
    private const string For = " for ";
    private const string Installation = "installation ";

    private static readonly FrozenDictionary<string, string> Actions = new Dictionary<string, string>
    {
        ["account.close"] = "Closed an account",
        ["account.contact"] = "Changed the contact of a customer",
        ["account.create"] = "Opened an account",
        ["account.erase"] = "Erased personal data",
        ["account.merge"] = "Merged an account into another one",
        ["account.open"] = "Opened an account",
        ["account.reopen"] = "Reopened an account",
        ["account.unmerge"] = "Undid a merge of accounts",
        ["approval.approve"] = "Approved a request",
        ["approval.ask"] = "Asked for a second person",
        ["approval.reject"] = "Rejected a request",
        ["approval.void"] = "Tried to approve a request that was void",
        ["attempt.settle"] = "Settled an attempt",
        ["books.backup"] = "Backed the books up",
        ["books.hold"] = "Held the books",
        ["books.release"] = "Released the books",
        ["charge.cancel"] = "Cancelled a charge",
        ["charge.change"] = "Changed a charge",
        ["charge.create"] = "Recorded a charge",
        ["charge.credit"] = "Made a credit note",
        ["charge.import"] = "Imported charges",
        ["charge.raise"] = "Recorded a charge",
        ["charge.recover"] = "Recovered a written-off charge",
        ["charge.reinstate"] = "Took a credit note back",
        ["charge.write-off"] = "Wrote a charge off",
        ["client.create"] = "Created a client",
        ["client.revoke"] = "Revoked a program",
        // Rows of earlier versions.
        ["client.rotate"] = "Changed a secret",
        ["credential.create"] = "Made a credential",
        ["credential.revoke"] = "Revoked a credential",
        ["credential.rotate"] = "Changed a secret",
        ["console.code-fail"] = "Typed a wrong code",
        ["console.passkey-fail"] = "Tried a passkey that does not fit",
        ["console.refuse"] = "Asked for what the role does not allow",
        ["console.sign-in"] = "Signed in",
        ["console.sign-in-fail"] = "Typed a wrong password",
        ["console.sign-out"] = "Signed out",
        ["customer-payment.insert"] = "Recorded payments",
        ["dunning.hold"] = "Held the dunning of a customer",
        ["dunning.policy"] = "Changed when customers are dunned",
        ["dunning.release"] = "Released the dunning of a customer",
        ["dunning.run"] = "Dunned a customer",
        ["factor.codes"] = "Made new recovery codes",
        ["factor.recover"] = "Used a recovery code",
        ["factor.remove"] = "Took a second factor away",
        ["factor.require"] = "Changed who needs a second factor",
        ["factor.set"] = "Set up a second factor||audit",
        ["journal.export"] = "Exported the journal",
        ["instrument.remove"] = "Removed a card or bank account",
        ["provider.route"] = "Changed which provider charges",
        ["provider.route-end"] = "Ended a route to a provider",
        ["tolerance.set"] = "Changed by how much a bank line may be less",
        ["limit.set"] = "Changed when a second person is needed",
        ["link.make"] = "Made a payment link",
        ["link.take-back"] = "Took a payment link back",
        ["merchant.payee"] = "Named the bank account for transfers",
        ["merchant.logo"] = "Changed the logo",
        ["merchant.profile"] = "Changed what customers see of the merchant",
        ["installation.create"] = "Opened an API",
        ["installation.zone"] = "Changed a time zone",
        ["passkey.add"] = "Registered a passkey",
        ["passkey.remove"] = "Took a passkey away",
        ["datev.set"] = "Changed the accounts at DATEV",
        ["period.close"] = "Closed a month",
        ["period.reopen"] = "Opened a closed month again",
        ["merchant.create"] = "Created the merchant",
        ["origin.add"] = "Let pages embed the widget",
        ["origin.remove"] = "Stopped pages embedding the widget",
        ["payment.allocate"] = "Allocated a payment",
        ["payment.ask"] = "Asked the provider",
        ["payment.cancel"] = "Called off a payment",
        ["payment.create"] = "Recorded a payment",
        ["payment.complete"] = "Booked money that came",
        ["payment.move"] = "Moved a payment to another customer",
        ["payment.record"] = "Recorded a payment",
        ["payment.refund"] = "Refunded a payment",
        ["payment.retry"] = "Tried a payment again",
        ["payment.settle"] = "Settled a payment",
        ["payment.unallocate"] = "Took a payment off charges",
        ["payment.void"] = "Called off a reserved payment",
        ["person.create"] = "Let a person sign in",
        ["person.follow"] = "Took a person from the identity provider",
        ["person.end"] = "Ended a person's access",
        ["person.password"] = "Set a password",
        ["person.reset-link"] = "Made a link to a new password",
        ["person.unlock"] = "Let a person try again",
        ["person.role"] = "Changed a role",
        ["refund.call-off"] = "Called off a refund",
        ["refund.paid"] = "Said that a refund was paid out",
        ["provider.connect"] = "Connected a provider",
        ["provider.rotate"] = "Changed a provider's key",
        ["collect.account"] = "Named the bank account for debits",
        ["collect.call-off"] = "Called a collection off",
        ["collect.file"] = "Handed out the file of a collection",
        ["collect.release"] = "Released a collection",
        ["collect.lost"] = "Handed in a file that a restore lost",
        ["collect.sent"] = "Said that the bank had it before a restore",
        ["collect.unsent"] = "Said that the bank did not have it before a restore",
        ["collect.run"] = "Built a collection",
        ["account.note"] = "Wrote a note on a customer",
        ["autopay.choose"] = "Kept a customer's consent to autopay",
        ["autopay.end"] = "Ended a customer's autopay",
        ["dues.collect"] = "Began to collect what is due",
        ["dues.policy"] = "Changed when what is due is collected by itself",
        ["dues.release"] = "Released a run that collects what is due",
        ["dues.stop"] = "Stopped a run that collects what is due",
        ["collect.status"] = "Read the bank's report about a collection",
        ["mail.policy"] = "Switched a kind of mail to customers",
        ["mail.sentence"] = "Changed the own sentence in a kind of mail",
        ["mail.statement"] = "Mailed a statement to a customer",
        ["mail.account-link"] = "Mailed a customer the link to its own page",
        ["mail.bounce"] = "Handed in a report about a mail that does not arrive",
        ["mail.resend"] = "Sent a mail to a customer again",
        ["contact.import"] = "Took contacts from a file",
        ["mandate.amend"] = "Amended a mandate",
        ["mandate.import"] = "Took mandates from a file",
        ["mandate.record"] = "Recorded a mandate that was signed on paper",
        ["mandate.revoke"] = "Ended a mandate",
        ["refund.create"] = "Recorded a refund",
        ["retry.policy"] = "Changed when instruments are charged again",
        ["retry.run"] = "Tried a failed payment again",
        ["format.end"] = "Ended a format of CSV",
        ["format.set"] = "Kept a format of CSV",
        ["rule.end"] = "Ended a rule for bank lines",
        ["rule.set"] = "Made a rule for bank lines",
        ["rule.switch"] = "Switched a rule for bank lines",
        ["session.book"] = "Booked what a customer paid in a session",
        ["session.end"] = "Ended sessions",
        ["session.open"] = "Opened a session of the widget",
        ["session.take"] = "Took the instrument of a session",
        ["settlement.book"] = "Booked a settlement",
        ["settlement.erase"] = "Erased a settlement's texts",
        ["settlement.import"] = "Imported a settlement",
        ["settlement.rule"] = "Decided a settlement by a rule",
        ["settlement.unbook"] = "Unbooked a settlement",
        ["settlement.undo"] = "Undid a settlement's import",
        ["settlement.match"] = "Matched a settlement",
        ["vault.check"] = "Tried to open all secrets",
        ["vault.rekey"] = "Replaced the data key",
        ["vault.rotate"] = "Changed the master key",
        ["webhook.add"] = "Added a webhook",
        ["webhook.end"] = "Ended a webhook",
        ["webhook.replay"] = "Replayed failed events",
        ["webhook.rotate"] = "Changed a webhook secret",
        ["webhook.test"] = "Sent a test event",
        ["webhook.test-failed"] = "Sent a test event that did not arrive",
    }.ToFrozenDictionary();

    /// <summary>An action in words; an unknown one as it is.</summary>
    public static string Action(string what) => Actions.TryGetValue(what, out var words) ? Say(words) : what;

    /// <summary>
    /// The subject of an action in words: <c>https://shop.example for tmf676</c> becomes <c>https://shop.example for TMF676</c>.
    /// </summary>
    public static string Subject(string what, string subject)
    {
        if (what.StartsWith("origin.", StringComparison.Ordinal) && subject.LastIndexOf(For, StringComparison.Ordinal) is > 0 and var at)
            return subject[..(at + For.Length)] + Words.Api(subject[(at + For.Length)..]);
        return what.StartsWith("installation.", StringComparison.Ordinal) && subject.StartsWith(Installation, StringComparison.Ordinal)
            ? Words.Api(subject[Installation.Length..])
            : subject;
    }

    /// <summary>The page of a subject, such as <c>payment 1234</c> or <c>credential 7 (demo)</c>; null for none.</summary>
    public static string? AddressOf(string what, string subject)
    {
        if (what.StartsWith("origin.", StringComparison.Ordinal))
            return Places.Origins.Href;
        var words = subject.Split(' ', 3);
        var name = words.Length > 1 ? words[1] : "";
        return (words[0], IsNumber(name), Guid.TryParse(name, out var id)) switch
        {
            ("payment", true, _) => $"{Places.Payments}/{name}",
            ("charge", true, _) => Places.Charge(long.Parse(name, CultureInfo.InvariantCulture)).Href,
            ("credential", true, _) => $"{Places.Credentials}/{name}",
            ("client", _, _) => Places.Clients.Href,
            ("person", _, _) => Places.People.Href,
            ("installation", _, _) => Places.Installations.Href,
            ("provider", _, _) => Places.Providers.Href,
            ("receiver" or "webhook" or "subscription", _, true) => $"{Places.Webhooks}/{id:D}",
            ("receiver" or "webhook" or "subscription" or "delivery" or "dead", _, _) => Places.Webhooks.Href,
            ("mail", _, _) => Places.Mails.Href,
            ("rule", _, _) => Places.Rules.Href,
            ("limit", _, _) => Places.Limits.Href,
            ("route", _, _) => Places.Routes.Href,
            ("dunning" or "retries", _, _) => Places.Dunning.Href,
            ("account" or "customer", _, true) => Places.Customer(id),
            ("line", _, true) => $"{Places.Settlements}/lines/{id:D}",
            ("statement", _, true) => $"{Places.Settlements}/{id:D}",
            ("settlement" or "statement", _, _) => Places.Settlements.Href,
            _ => null,
        };
    }

    private static bool IsNumber(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _);
}
