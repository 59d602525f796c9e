using System.Globalization;
using Quittance.Core;
using Quittance.Core.Settlements;

namespace Quittance.Tests.Settlements.Banks;

/// <summary>A line of an account as its bank has it: each file of it has to be read as this.</summary>
/// <param name="AmountMinor">What it adds to the account, minor units.</param>
/// <param name="Party">The payer or the payee.</param>
/// <param name="Reference">The bank's own reference.</param>
internal sealed record BankLine(DateOnly BookedOn, DateOnly ValueOn, long AmountMinor, string Party, string Text, string Reference)
{
    public string? EndToEnd { get; init; }

    /// <summary>The customer whose money it is; null for none's.</summary>
    public string? Customer { get; init; }

    /// <summary>What banks kept of it, minor units.</summary>
    public long ChargesMinor { get; init; }

    /// <summary>Why it comes back, as its details say; null where they say nothing.</summary>
    public string? ReturnReason { get; init; }

    /// <summary>Whether its code says that a debit comes back unpaid.</summary>
    public bool IsUnpaid { get; init; }

    public bool IsReversal { get; init; }

    /// <summary>The entry of which it is a part, with the lines beside it; null for an entry of its own.</summary>
    public string? Lump { get; init; }

    public bool IsReturn => ReturnReason is not null || IsUnpaid;

    /// <summary>What it settles of a customer's debt, minor units: a transfer settles what was sent.</summary>
    public long SettlesMinor => AmountMinor + (AmountMinor > 0 && !IsReturn ? ChargesMinor : 0);
}

internal sealed record BankAccount(string Iban, Currency Currency);

/// <summary>A statement as the bank has it.</summary>
internal sealed record BankStatement(
    BankAccount Account, int Number, DateOnly WrittenOn, long OpeningMinor, IReadOnlyList<BankLine> Lines)
{
    public long ClosingMinor => OpeningMinor + Lines.Sum(line => line.AmountMinor);
}

/// <summary>The fields that a format has.</summary>
[Flags]
internal enum Told
{
    Nothing = 0,

    ValueDay = 1,

    Party = 2,

    Reference = 4,

    EndToEnd = 8,

    All = ValueDay | Party | Reference | EndToEnd,
}

/// <summary>A document of a bank, and the lines of each statement that it has to be read as.</summary>
internal sealed record BankDocument(byte[] Bytes, Told Told, IReadOnlyList<IReadOnlyList<BankLine>> Statements)
{
    public ReadingOptions Options { get; init; } = new();
}

/// <summary>Writes statements as one bank does.</summary>
internal interface IBankWriter
{
    /// <summary>Whether the details of entries tell lumps, returns, reversals and charges.</summary>
    bool HasDetails { get; }

    IEnumerable<BankDocument> Write(IReadOnlyList<BankStatement> statements);
}

internal static class BankText
{
    /// <summary>An amount without its sign.</summary>
    public static string Amount(long minor, Currency currency, char sign = '.', string thousands = "")
    {
        var digits = Math.Abs(minor).ToString($"D{currency.MinorUnits + 1}", CultureInfo.InvariantCulture);
        var whole = digits[..^currency.MinorUnits];
        for (var at = whole.Length - 3; at > 0; at -= 3)
            whole = whole.Insert(at, thousands);
        return currency.MinorUnits == 0 ? whole : $"{whole}{sign}{digits[^currency.MinorUnits..]}";
    }

    public static string Day(this DateOnly day, string format) => day.ToString(format, CultureInfo.InvariantCulture);

    /// <summary>Parts of as many as chance says, in their order.</summary>
    public static IEnumerable<IReadOnlyList<T>> InParts<T>(this IReadOnlyList<T> all, Random random, int most)
    {
        for (var from = 0; from < all.Count;)
        {
            var count = random.Next(1, most + 1);
            yield return [.. all.Skip(from).Take(count)];
            from += count;
        }
    }

    public static T Of<T>(this Random random, IReadOnlyList<T> some) => some[random.Next(some.Count)];

    public static bool Once(this Random random, int times) => random.Next(times) == 0;
}
