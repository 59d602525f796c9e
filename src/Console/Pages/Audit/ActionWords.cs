using System.Collections.Frozen;

namespace Quittance.Console.Pages.Audit;

/// <summary>Says what operators did.</summary>
internal static class ActionWords
{
    private static readonly FrozenDictionary<string, string> Words = new Dictionary<string, string>
    {
        ["account.create"] = "Opened an account",
        ["account.erase"] = "Erased personal data",
        ["attempt.settle"] = "Settled an attempt",
        ["charge.create"] = "Recorded a charge",
        ["charge.import"] = "Imported charges",
        ["client.create"] = "Let a program in",
        ["client.revoke"] = "Revoked a program",
        ["client.rotate"] = "Changed a program's secret",
        ["credential.create"] = "Made a credential",
        ["credential.revoke"] = "Revoked a credential",
        ["credential.rotate"] = "Changed a secret",
        ["installation.create"] = "Opened an API",
        ["installation.zone"] = "Changed a time zone",
        ["merchant.create"] = "Created the merchant",
        ["origin.add"] = "Let pages embed the widget",
        ["origin.remove"] = "Stopped pages embedding the widget",
        ["payment.allocate"] = "Allocated a payment",
        ["payment.ask"] = "Asked the provider",
        ["payment.cancel"] = "Called off a payment",
        ["payment.complete"] = "Booked money that came",
        ["payment.refund"] = "Refunded a payment",
        ["payment.retry"] = "Tried a payment again",
        ["payment.settle"] = "Settled a payment",
        ["payment.void"] = "Called off a reserved payment",
        ["person.create"] = "Let a person sign in",
        ["person.end"] = "Ended a person's access",
        ["person.password"] = "Set a password",
        ["person.role"] = "Changed a role",
        ["provider.connect"] = "Connected a provider",
        ["provider.rotate"] = "Changed a provider's key",
        ["settlement.book"] = "Booked a settlement",
        ["settlement.erase"] = "Erased a settlement's texts",
        ["settlement.import"] = "Imported a settlement",
        ["settlement.match"] = "Matched a settlement",
        ["vault.rotate"] = "Changed the master key",
        ["webhook.add"] = "Added a webhook",
        ["webhook.end"] = "Ended a webhook",
        ["webhook.replay"] = "Had webhooks told again",
        ["webhook.rotate"] = "Changed a webhook secret",
    }.ToFrozenDictionary();

    /// <summary>The action in words; where there are none for it, itself.</summary>
    public static string Of(string what) => Words.GetValueOrDefault(what, what);
}
