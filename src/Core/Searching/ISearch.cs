using Quittance.Core.Accounts;
using Quittance.Core.Instruments;
using Quittance.Core.Payments;
using Quittance.Core.Refunds;
using Quittance.Core.Settlements;

namespace Quittance.Core.Searching;

/// <summary>The kinds of things that a search finds, in the order in which it shows them.</summary>
public enum FoundKind
{
    Account,
    Payment,
    Charge,
    Refund,
    Instrument,
    Line,
}

/// <summary>By what a search finds a thing, the most certain first.</summary>
public enum FoundBy
{
    Id,
    Number,

    /// <summary>A name that an API has for it, or the reference of its mandate: all of it, or how it begins.</summary>
    Reference,

    /// <summary>The provider's name for it or for a dispute of it.</summary>
    ProviderReference,

    /// <summary>All of the customer's e-mail address.</summary>
    Email,

    /// <summary>The customer's name.</summary>
    Name,

    /// <summary>What is seen of a card's or bank account's number.</summary>
    LastFour,

    Amount,

    /// <summary>The words of a bank.</summary>
    Text,

    /// <summary>The words of a note on the customer.</summary>
    Note,
}

/// <summary>A thing that a search found.</summary>
/// <param name="Of">The customer's account; null for a line of a statement.</param>
public sealed record Hit<T>(T Thing, FoundBy By, Account? Of);

/// <summary>What a search found of one kind.</summary>
/// <param name="HasMore">Whether there is more than is shown.</param>
public sealed record Hits<T>(IReadOnlyList<Hit<T>> Items, bool HasMore);

/// <summary>What a search found.</summary>
public sealed record SearchResult
{
    public static SearchResult None { get; } = new();

    public Hits<Account> Accounts { get; init; } = new([], false);

    public Hits<Payment> Payments { get; init; } = new([], false);

    public Hits<Charge> Charges { get; init; } = new([], false);

    public Hits<Refund> Refunds { get; init; } = new([], false);

    public Hits<Instrument> Instruments { get; init; } = new([], false);

    public Hits<SettlementLine> Lines { get; init; } = new([], false);

    public bool IsEmpty => Items.Count == 0;

    /// <summary>All of it in words, kind by kind.</summary>
    public IReadOnlyList<FoundItem> Items =>
    [
        .. Accounts.Items.Select(FoundItem.Of), .. Payments.Items.Select(FoundItem.Of), .. Charges.Items.Select(FoundItem.Of),
        .. Refunds.Items.Select(FoundItem.Of), .. Instruments.Items.Select(FoundItem.Of), .. Lines.Items.Select(FoundItem.Of),
    ];
}

/// <summary>A thing that a search found, in words.</summary>
/// <param name="Title">What it is, so that a person knows it.</param>
/// <param name="Subtitle">What tells it from things with the same title.</param>
public sealed record FoundItem(FoundKind Kind, Guid Id, FoundBy By, string Title, string Subtitle)
{
    /// <summary>Its number; null where it has none.</summary>
    public long? Number { get; private init; }

    /// <summary>The customer's account; null for a line of a statement.</summary>
    public AccountId? Account { get; private init; }

    /// <summary>Its amount; of a charge the open part. Null where it has none.</summary>
    public Money? Amount { get; private init; }

    /// <summary>Where it stands, in the words of the API; null where it always stands the same.</summary>
    public string? Status { get; private init; }

    internal static FoundItem Of(Hit<Account> hit) => new(
        FoundKind.Account, hit.Thing.Id.Value, hit.By, hit.Thing.Called, $"Customer {hit.Thing.Number} in {hit.Thing.Currency.Code}")
    {
        Number = hit.Thing.Number,
        Account = hit.Thing.Id,
        Status = EnumWords.Of(hit.Thing.Status),
    };

    internal static FoundItem Of(Hit<Payment> hit) => new(
        FoundKind.Payment, hit.Thing.Id.Value, hit.By, Titled(hit.Thing.Amount, hit.Of), $"Payment {hit.Thing.Number}")
    {
        Number = hit.Thing.Number,
        Account = hit.Thing.Account,
        Amount = hit.Thing.Amount,
        Status = EnumWords.Of(hit.Thing.Status),
    };

    internal static FoundItem Of(Hit<Charge> hit)
    {
        var (charge, open) = (hit.Thing, hit.Thing.Amount with { AmountMinor = hit.Thing.OpenMinor });
        return new FoundItem(
            FoundKind.Charge, charge.Id.Value, hit.By, $"{charge.Called} · {hit.Of?.Called}",
            $"{(charge.OpenMinor == 0 ? "Settled" : $"{open} open")} of {charge.Amount}, due {charge.DueOn:yyyy-MM-dd}")
        {
            Number = charge.Number,
            Account = charge.Account,
            Amount = open,
            Status = charge.OpenMinor == 0 ? "settled" : "open",
        };
    }

    internal static FoundItem Of(Hit<Refund> hit) => new(
        FoundKind.Refund, hit.Thing.Id.Value, hit.By, Titled(hit.Thing.Amount, hit.Of), $"Refund {hit.Thing.Number}")
    {
        Number = hit.Thing.Number,
        Account = hit.Thing.Account,
        Amount = hit.Thing.Amount,
        Status = EnumWords.Of(hit.Thing.Status),
    };

    internal static FoundItem Of(Hit<Instrument> hit) => new(
        FoundKind.Instrument, hit.Thing.Id.Value, hit.By, $"{hit.Thing.Called} · {hit.Of?.Called}",
        hit.Thing.Vaulted?.Mandate is { } mandate ? $"Mandate {mandate.Reference}" : "Payment method")
    {
        Account = hit.Thing.Account,
        Status = EnumWords.Of(hit.Thing.Standing),
    };

    internal static FoundItem Of(Hit<SettlementLine> hit)
    {
        var line = hit.Thing;
        return new FoundItem(
            FoundKind.Line, line.Id.Value, hit.By, line.Counterparty is { } payer ? $"{line.Amount} · {payer}" : $"{line.Amount}",
            line.Remittance is { } text ? $"{line.BookedOn:yyyy-MM-dd} · {text}" : $"{line.BookedOn:yyyy-MM-dd}")
        {
            Amount = line.Amount,
            Status = EnumWords.Of(line.Status),
        };
    }

    private static string Titled(Money? amount, Account? of) => amount is { } known ? $"{known} · {of?.Called}" : $"{of?.Called}";
}

/// <summary>Looks for things of any kind in a merchant's books, whichever dialects they came through, without locks.</summary>
public interface ISearch
{
    /// <summary>What a text finds, a few things of each kind.</summary>
    /// <param name="kinds">The kinds that the caller may see.</param>
    /// <param name="most">How many of each kind.</param>
    Task<SearchResult> FindAsync(
        MerchantId merchant, TypedSearch search, IReadOnlySet<FoundKind> kinds, int most, CancellationToken cancel);
}
