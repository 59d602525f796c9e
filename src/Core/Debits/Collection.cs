using Quittance.Core.Attempts;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Providers;

namespace Quittance.Core.Debits;

/// <summary>A collection of direct debits, or of transfers.</summary>
public readonly record struct CollectionId(MerchantId Merchant, Guid Value) : IId
{
    /// <summary>The name of its file towards the bank.</summary>
    public string Message => Value.ToString("N");

    /// <summary>The target of its commands: it has no customer.</summary>
    public AccountTarget House => AccountTarget.OfHouse(Merchant, Value);

    /// <summary>The name of a group of its file. The bank books a group as one lump.</summary>
    /// <param name="group">See <see cref="CollectionGroup"/>.</param>
    public string NameOf(int group) => $"{Message}-{group}";

    /// <summary>The collection of a file's name; null for another name.</summary>
    public static CollectionId? OfMessage(MerchantId merchant, string? name) =>
        Guid.TryParseExact(name, "N", out var id) ? new CollectionId(merchant, id) : null;

    /// <summary>The collection and the group of a group's name; null for another name.</summary>
    public static (CollectionId Id, int Group)? OfGroup(MerchantId merchant, string? name) =>
        name is [.. { Length: 32 } message, '-', >= '1' and <= '4' and var digit] && Guid.TryParseExact(message, "N", out var id)
            ? (new CollectionId(merchant, id), digit - '0') : null;
}

/// <summary>The items of a collection.</summary>
public enum CollectionKind
{
    /// <summary>Captures, as direct debits.</summary>
    Debits,

    /// <summary>Refunds, as transfers.</summary>
    Transfers,
}

/// <summary>
/// The groups of a file, numbered from 1: of debits by their sequence; of transfers by the holder of the money, so that one line of a
/// statement is about one holder.
/// </summary>
public static class CollectionGroup
{
    /// <summary>The most transfers of one file: all of them are looked at again when it is handed out.</summary>
    public const int MostTransfers = 1000;

    public static int Of(DebitSequence sequence) => (int)sequence + 1;

    public static int OfHolder(string holder) => holder == ClearingProvider.Bank ? 1 : 2;

    /// <summary>The sequence of a group of debits.</summary>
    public static DebitSequence SequenceOf(int group) => (DebitSequence)(group - 1);
}

/// <summary>How far a collection is.</summary>
public enum CollectionStatus
{
    /// <summary>Debits or refunds are taken into it.</summary>
    Building,

    /// <summary>Its file is kept and does not change any more.</summary>
    Built,

    /// <summary>A person has released it: the file may go to the bank.</summary>
    Released,

    /// <summary>A person has the file, for the bank.</summary>
    HandedOut,

    /// <summary>It does not go to the bank: what it has waits for another one.</summary>
    CalledOff,
}

/// <summary>Direct debits, or transfers, that go to the bank in one file, all due on one day.</summary>
/// <param name="Number">Its human number, unique per merchant.</param>
/// <param name="Scheme">The rulebook of debits; transfers have the account's.</param>
/// <param name="DueOn">The day on which the customers' banks are to pay, or the merchant's bank is.</param>
public sealed record Collection(
    CollectionId Id, long Number, CollectionKind Kind, Currency Currency, DebitScheme Scheme, DateOnly DueOn, CollectionStatus Status,
    int Events) : IRow<CollectionId, Collection>
{
    public static Shelf<CollectionId, Collection> Shelf { get; } = new(collection => collection.Id);

    /// <summary>The creditor identifier of its file.</summary>
    public required string Creditor { get; init; }

    /// <summary>
    /// A keyed hash of the merchant's bank account and its currency, as the statements of that account have: what the bank pays for the
    /// file comes there. Where it is null, no line of a statement counts as the bank's payment.
    /// </summary>
    public ReadOnlyMemory<byte>? AccountHash { get; init; }

    /// <summary>How many debits or transfers its file has; zero until it is built.</summary>
    public int Count { get; init; }

    /// <summary>The sum of its debits or transfers, in cents; zero until it is built.</summary>
    public long SumMinor { get; init; }

    /// <summary>The SHA-256 of its file; null until it is built.</summary>
    public ReadOnlyMemory<byte>? FileHash { get; init; }

    /// <summary>The person who began it; null for the command line.</summary>
    public Guid? OpenedBy { get; init; }

    /// <summary>The person who built it, which may be another one after an interruption; null for the command line.</summary>
    public Guid? BuiltBy { get; init; }

    /// <summary>When it was last sure that the bank does not have its file: when it was begun, or when a person said so.</summary>
    public required DateTimeOffset UnsentAt { get; init; }

    /// <summary>Whether its file was handed out in the time that a restore lost, so that the books may not have all of it.</summary>
    public bool IsLost { get; init; }

    /// <summary>How often the file was handed out.</summary>
    public int TimesHandedOut { get; init; }

    public Money Sum => new(SumMinor, Currency);

    /// <summary>Whether no person has its file yet.</summary>
    public bool MayBeCalledOff => Status is CollectionStatus.Building or CollectionStatus.Built or CollectionStatus.Released;
}

/// <summary>
/// A capture that goes to the bank as a direct debit, or a refund that goes as a transfer. Its attempt says how it ended.
/// </summary>
/// <param name="Id">The attempt, by whose id all banks know the debit or transfer.</param>
/// <param name="Instrument">The customer's bank account.</param>
/// <param name="Sequence">Null for a transfer.</param>
public sealed record Debit(AttemptId Id, CollectionId Collection, InstrumentId Instrument, DebitSequence? Sequence)
    : IRow<AttemptId, Debit>
{
    /// <summary>
    /// Whether it was taken and could not go into the file, or the bank rejects the transfer: another collection may take it.
    /// </summary>
    public bool IsLeftOut { get; init; }

    /// <summary>The code by which the bank rejects the transfer; null where it does not.</summary>
    public string? Reason { get; init; }

    public static Shelf<AttemptId, Debit> Shelf { get; } = new(debit => debit.Id);

    /// <summary>A debit or transfer with its collection.</summary>
    public static Lookup<AttemptId> WithCollection { get; } = new();

    /// <summary>The transfers of a payment's refunds, with their collections.</summary>
    public static Lookup<PaymentId> OfRefunds { get; } = new();

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

    /// <summary>
    /// Whether a file that is not called off has an attempt. A collection that was not read may be at the bank.
    /// </summary>
    public static bool IsInFile(this State state, AttemptId id) => state.Debit(id) is { IsLeftOut: false } debit
        && state.Collection(debit.Collection) is not { Status: CollectionStatus.CalledOff };

    extension(Attempt attempt)
    {
        /// <summary>Whether it may go to the bank in a file of such a kind.</summary>
        public bool GoesBy(CollectionKind kind) => !attempt.IsSettled && kind switch
        {
            CollectionKind.Debits => attempt is { Verb: Verb.Capture, Provider: ClearingProvider.Bank },
            CollectionKind.Transfers => attempt is { Verb: Verb.Refund, Provider: ClearingProvider.Bank or ClearingProvider.BankTransfer },
        };
    }
}
