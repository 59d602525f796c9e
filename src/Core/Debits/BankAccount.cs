using Quittance.Core.Instruments;

namespace Quittance.Core.Debits;

/// <summary>The merchant's own bank account, on which it collects direct debits by files, and from which it transfers refunds.</summary>
/// <param name="Name">The merchant, as customers read it on their statements.</param>
/// <param name="Bic">The bank; null where the IBAN tells it.</param>
/// <param name="Identifier">The creditor identifier that the merchant's country gave it; with CH-DD its number at PostFinance.</param>
public sealed record BankAccount(string Name, Iban Iban, Bic? Bic, CreditorIdentifier Identifier, DebitScheme Scheme)
{
    /// <summary>Its address as a provider: files stay on this machine until a person brings them to the bank.</summary>
    public static Uri Address { get; } = new("http://localhost/");

    /// <summary>How many days before the due day banks take a debit at the earliest, by the rulebooks.</summary>
    public const int MostDaysAhead = 14;

    public const int MostLeadDays = 10;
    public const int MostNoticeDays = 60;

    public BankFlavour Flavour { get; init; }

    public Currency Currency => Flavour.Currency;

    /// <summary>The hour until which the bank takes a file on a day, in Frankfurt's time, which is TARGET's.</summary>
    public int CutOffHour { get; init; } = 11;

    /// <summary>How many business days before the due day the bank must have the file. The rulebooks ask for one.</summary>
    public int LeadDays { get; init; } = 1;

    /// <summary>
    /// The days between the notice to the customer and the due day. The rulebooks say 14, unless another number is agreed.
    /// </summary>
    public int NoticeDays { get; init; } = 14;

    /// <summary>Whether the bank books each debit of a file in a line of its own; else all of a group in one (a batch booking).</summary>
    public bool BooksEachDebit { get; init; }

    /// <summary>
    /// Whether the bank takes one group in a file: debits of another sequence, and refunds of another holder, get another file.
    /// </summary>
    public bool HasFilePerGroup { get; init; }

    /// <summary>The folder between the server and the program that talks to the bank; null for none.</summary>
    public string? Folder { get; init; }

    private static TimeZoneInfo Frankfurt { get; } = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    /// <summary>The first due day of debits whose notice goes to customers now.</summary>
    public DateOnly FirstDueDay(DateTimeOffset now)
    {
        var afterNotice = TargetCalendar.OnOrAfter(TodayOf(now).AddDays(NoticeDays));
        return afterNotice > Earliest(now) ? afterNotice : Earliest(now);
    }

    /// <summary>The due day of transfers that are gathered now: the next business day, which leaves a second person time.</summary>
    public static DateOnly TransferDay(DateTimeOffset now) => TargetCalendar.Next(TodayOf(now));

    /// <summary>The first due day of what is gathered now.</summary>
    public DateOnly FirstDueDay(CollectionKind kind, DateTimeOffset now) => kind switch
    {
        CollectionKind.Debits => FirstDueDay(now),
        CollectionKind.Transfers => TransferDay(now),
    };

    /// <summary>Whether the bank takes a file of debits already that are due on a day.</summary>
    public bool TakesAhead(DateOnly dueOn, DateTimeOffset now) =>
        dueOn <= FirstDueDay(now) || dueOn <= TodayOf(now).AddDays(MostDaysAhead);

    /// <summary>Whether the bank still takes a file of what is due on a day.</summary>
    public bool Takes(CollectionKind kind, DateOnly dueOn, DateTimeOffset now) => kind switch
    {
        CollectionKind.Debits => Earliest(now) <= dueOn,
        CollectionKind.Transfers => TakenOn(now) <= dueOn,
    };

    /// <summary>The first due day of a file of debits that the bank gets now.</summary>
    private DateOnly Earliest(DateTimeOffset now) => TargetCalendar.AddBusinessDays(TakenOn(now), LeadDays);

    /// <summary>The day on which the bank takes a file that it gets now.</summary>
    private DateOnly TakenOn(DateTimeOffset now)
    {
        var local = TimeZoneInfo.ConvertTime(now, Frankfurt);
        var today = DateOnly.FromDateTime(local.DateTime);
        return TargetCalendar.IsBusinessDay(today) && local.Hour < CutOffHour ? today : TargetCalendar.Next(today);
    }

    private static DateOnly TodayOf(DateTimeOffset now) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, Frankfurt).DateTime);
}
