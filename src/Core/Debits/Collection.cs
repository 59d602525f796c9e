using Quittance.Core.Engine;

namespace Quittance.Core.Debits;

/// <summary>A collection of direct debits.</summary>
public readonly record struct CollectionId(MerchantId Merchant, Guid Value) : IId
{
    /// <summary>The name of its file towards the bank.</summary>
    public string Message => Value.ToString("N");

    /// <summary>The target of its commands: a slot that follows from the id, as it has no customer.</summary>
    public AccountTarget House => AccountTarget.Of(new AccountId(Merchant, Guid.Empty), Value.ToByteArray()[15] % MerchantId.Slots);

    /// <summary>The name of a group of its file. The bank books a group as one lump.</summary>
    public string GroupOf(DebitSequence sequence) => $"{Message}-{(int)sequence + 1}";

    /// <summary>The collection and the sequence of a group's name; null for another name.</summary>
    public static (CollectionId Id, DebitSequence Sequence)? OfGroup(MerchantId merchant, string? name) =>
        name is [.. { Length: 32 } message, '-', >= '1' and <= '4' and var digit] && Guid.TryParseExact(message, "N", out var id)
            ? (new CollectionId(merchant, id), (DebitSequence)(digit - '1')) : null;
}

/// <summary>How far a collection is.</summary>
public enum CollectionStatus
{
    /// <summary>Debits are taken into it.</summary>
    Building,

    /// <summary>Its file is kept and does not change any more.</summary>
    Built,

    /// <summary>A person has released it: the file may go to the bank.</summary>
    Released,

    /// <summary>A person has the file, for the bank.</summary>
    HandedOut,

    /// <summary>It does not go to the bank: its debits wait for another one.</summary>
    CalledOff,
}

/// <summary>Direct debits that go to the bank in one file, all due on one day.</summary>
/// <param name="Number">Its human number, unique per merchant.</param>
/// <param name="DueOn">The day on which the customers' banks are to pay.</param>
public sealed record Collection(CollectionId Id, long Number, DebitScheme Scheme, DateOnly DueOn, CollectionStatus Status, int Events)
    : IRow<CollectionId, Collection>
{
    public static Shelf<CollectionId, Collection> Shelf { get; } = new(collection => collection.Id);

    /// <summary>The creditor identifier of its file; null in collections of earlier versions.</summary>
    public string? Creditor { get; init; }

    /// <summary>How many debits its file has; zero until it is built.</summary>
    public int Count { get; init; }

    /// <summary>What they add up to, in cents; zero until it is built.</summary>
    public long SumMinor { get; init; }

    /// <summary>The SHA-256 of its file; null until it is built.</summary>
    public ReadOnlyMemory<byte>? FileHash { get; init; }

    /// <summary>The person who built it; null for the command line.</summary>
    public Guid? BuiltBy { get; init; }

    /// <summary>How often the file was handed out.</summary>
    public int TimesHandedOut { get; init; }

    public Money Sum => new(SumMinor, Debit.Currency);
}

/// <summary>A capture that goes to the bank as a direct debit. Its attempt says how it ended.</summary>
/// <param name="Id">The attempt, by whose id all banks know the debit.</param>
/// <param name="Instrument">The customer's bank account.</param>
public sealed record Debit(AttemptId Id, CollectionId Collection, InstrumentId Instrument, DebitSequence Sequence)
    : IRow<AttemptId, Debit>
{
    /// <summary>Whether it was taken and could not go into the file: another collection may take it.</summary>
    public bool IsLeftOut { get; init; }

    public static Shelf<AttemptId, Debit> Shelf { get; } = new(debit => debit.Id);

    /// <summary>SEPA debits are in euros.</summary>
    public static Currency Currency { get; } = Currency.Parse("EUR");

    /// <summary>Its name towards all banks.</summary>
    public static string NameOf(AttemptId attempt) => attempt.Value.ToString("N");

    /// <summary>The attempt of a name; null for another name.</summary>
    public static AttemptId? Of(MerchantId merchant, string? name) =>
        Guid.TryParseExact(name, "N", out var id) ? new AttemptId(merchant, id) : null;
}

public static class CollectionRows
{
    public static Collection? Collection(this State state, CollectionId id) => state.Find(Debits.Collection.Shelf, id);

    public static Debit? Debit(this State state, AttemptId id) => state.Find(Debits.Debit.Shelf, id);
}
