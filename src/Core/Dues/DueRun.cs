using System.Globalization;
using System.Text;
using Quittance.Core.Engine;

namespace Quittance.Core.Dues;

/// <summary>A run that asks for what is due.</summary>
public readonly record struct DueRunId(MerchantId Merchant, Guid Value) : IId
{
    /// <summary>The target of its commands: it has no customer.</summary>
    public AccountTarget House => AccountTarget.OfHouse(Merchant, Value);

    /// <summary>The run that begins by itself for a month: it follows from the month, so that no two servers begin two.</summary>
    /// <param name="month">Its first day.</param>
    public static DueRunId OfMonth(MerchantId merchant, DateOnly month) => new(merchant, DerivedId.Of(Encoding.ASCII.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"dues {merchant.Value} {month:yyyy-MM}"))));
}

/// <summary>How a stored instrument is charged.</summary>
public enum DueWay
{
    Card,

    /// <summary>By direct debit of a bank account.</summary>
    Debit,
}

/// <summary>The charges that a run is for.</summary>
/// <param name="Until">The last due day.</param>
public sealed record DueFilter(DateOnly Until)
{
    /// <summary>The way of charging; null for any.</summary>
    public DueWay? Way { get; init; }

    /// <summary>The API whose customers it is for; null for all.</summary>
    public string? Dialect { get; init; }

    /// <summary>Whether it is only for customers who chose autopay.</summary>
    public bool IsAutopayOnly { get; init; }

    /// <summary>No payment in its currency is made of less; null for none.</summary>
    public Money? Minimum { get; init; }
}

/// <summary>How far a run is.</summary>
public enum DueRunStatus
{
    /// <summary>It is above the limit, and waits for a second person to release it.</summary>
    Waiting,

    /// <summary>A server asks for what is due.</summary>
    Running,

    /// <summary>All was asked for.</summary>
    Done,

    /// <summary>A person stopped it. What it has asked for goes on.</summary>
    Stopped,
}

/// <summary>One act that asks for all that is due until a day, from customers' stored instruments.</summary>
/// <param name="Number">Its human number, unique per merchant.</param>
/// <param name="Planned">How many payments were to be made when it began.</param>
/// <param name="BegunAt">When it began.</param>
public sealed record DueRun(
    DueRunId Id, long Number, DueFilter Filter, int Planned, DueRunStatus Status, DateTimeOffset BegunAt, int Events)
    : IRow<DueRunId, DueRun>
{
    public static Shelf<DueRunId, DueRun> Shelf { get; } = new(run => run.Id);

    /// <summary>Whether it was above the limit when it began.</summary>
    public bool NeedsRelease { get; init; }

    /// <summary>The person who began it, or whose policy did; null for a program and for the command line.</summary>
    public Guid? BegunBy { get; init; }

    /// <summary>The first day of the month for which it began by itself; null where a person or a program began it.</summary>
    public DateOnly? Month { get; init; }

    /// <summary>Whether it can be stopped.</summary>
    public bool IsOpen => Status is DueRunStatus.Waiting or DueRunStatus.Running;

    /// <summary>It as it began.</summary>
    public DueRun Begun => this with { Status = NeedsRelease ? DueRunStatus.Waiting : DueRunStatus.Running };

    /// <summary>
    /// Whether it was interrupted by a restore of the books: what it asked for in the lost time is not known here, so nothing goes on by
    /// itself.
    /// </summary>
    /// <param name="restoredAt">When the books were restored last; null for never.</param>
    public bool IsCutOff(DateTimeOffset? restoredAt) => IsOpen && BegunAt < restoredAt;
}

/// <summary>The place of a charge in a run: a run asks for it once at most.</summary>
public readonly record struct DuePaymentId(DueRunId Run, ChargeId Charge);

/// <summary>A payment by which a run asked for a charge. It never changes.</summary>
public sealed record DuePayment(DuePaymentId Id, PaymentId Payment) : IRow<DuePaymentId, DuePayment>
{
    public static Shelf<DuePaymentId, DuePayment> Shelf { get; } = new(asked => asked.Id);

    /// <summary>The payments by which runs asked for a charge.</summary>
    public static Relation<ChargeId, DuePaymentId, DuePayment> OfCharge { get; } = new(Shelf, asked => asked.Id.Charge);
}
