using Quittance.Sandbox.Books;
using Quittance.Sandbox.Http;

namespace Quittance.Faces.GoCardless;

/// <summary>Ids in GoCardless's form.</summary>
internal static class DebitIds
{
    public static string Of(string prefix, Guid id) => prefix + Face.Letters(id).ToUpperInvariant();
}

/// <summary>A request for a mandate, with the account that the customer entered on its page.</summary>
internal sealed record DebitBillingRequest(Guid Id, string Scheme, string Currency, DateTimeOffset Created)
{
    public string Name => DebitIds.Of("BRQ", Id);

    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>The mandate that the customer gave; null while there is none.</summary>
    public DebitMandate? Mandate { get; init; }
}

/// <summary>A page of a billing request.</summary>
internal sealed record DebitFlow(Guid Id, string Request, Uri RedirectTo, Uri ExitTo)
{
    public string Name => DebitIds.Of("BRF", Id);
}

/// <summary>A customer's permission to debit an account.</summary>
internal sealed record DebitMandate(string Name, string Scheme, InstrumentDetails Account, string? Holder, DateTimeOffset Created)
{
    /// <summary>Why it is over; null while it stands.</summary>
    public string? EndedBy { get; init; }

    public string Suffix => Name[2..];

    // Bacs takes eighteen capital letters and digits.
    public string Reference => Suffix.Length > 12 ? Suffix[..12] : Suffix.PadRight(6, 'X');
}

/// <summary>A payment as GoCardless's client asked for it. The books have the history of its money.</summary>
/// <param name="Authorisation">Its id in the books.</param>
/// <param name="SubmitsAt">When it goes to the banks by itself.</param>
internal sealed record DebitPayment(
    Guid Authorisation, long Units, string Currency, string Mandate, DateTimeOffset Created, DateTimeOffset SubmitsAt)
{
    public string Name => DebitIds.Of("PM", Authorisation);

    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>Why it was cancelled; null where it was not.</summary>
    public string? CancelledBy { get; init; }

    /// <summary>The payout that it went into.</summary>
    public string? Payout { get; init; }
}

/// <summary>A refund as GoCardless's client asked for it.</summary>
internal sealed record DebitRefund(Guid Request, string Payment, long Units, string Currency, DateTimeOffset Created)
{
    public string Name => DebitIds.Of("RF", Request);

    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
}

/// <summary>A change of an account's balance.</summary>
/// <param name="Name">The same for the same change.</param>
/// <param name="Tenths">In tenths of a minor unit.</param>
internal sealed record DebitItem(string Name, string Type, long Tenths, string Currency, string? Payment, string? Refund);

/// <summary>A payout with what it is made of.</summary>
internal sealed record DebitPayout(Guid Id, string Currency, DateTimeOffset Created, IReadOnlyList<DebitItem> Items)
{
    public string Name => DebitIds.Of("PO", Id);

    /// <summary>The sum, rounded to whole minor units.</summary>
    public long Units => (long)Math.Round(Items.Sum(item => item.Tenths) / 10m, MidpointRounding.ToZero);
}

/// <summary>An event as it happened.</summary>
internal sealed record DebitEvent(int Number, string Resource, string Action, string Name, string Cause, string Origin, DateTimeOffset At)
{
    public string Id => DebitIds.Of("EV", new Guid(Number, 0, 0, [.. Enumerable.Repeat((byte)0, 8)])) + Name;
}

/// <summary>All that one account has at the face. In memory, and gone with the process.</summary>
internal sealed class DebitAccount
{
    public List<DebitBillingRequest> Requests { get; } = [];

    public List<DebitFlow> Flows { get; } = [];

    public List<DebitPayment> Payments { get; } = [];

    public List<DebitRefund> Refunds { get; } = [];

    public List<DebitPayout> Payouts { get; } = [];

    public List<DebitEvent> Events { get; } = [];

    /// <summary>The objects that idempotency keys made.</summary>
    public Dictionary<(string Resource, string Key), string> Made { get; } = [];

    /// <summary>The last status that events were written for.</summary>
    public Dictionary<string, string> LastStatuses { get; } = [];

    public void Tell(string resource, string action, string name, string cause, string origin, DateTimeOffset at) =>
        Events.Add(new DebitEvent(Events.Count + 1, resource, action, name, cause, origin, at));

    public static void Replace<T>(List<T> all, T before, T after) => all[all.IndexOf(before)] = after;
}
