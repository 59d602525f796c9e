using Quittance.Core;
using Quittance.Core.Settlements;

namespace Quittance.Settlements.Reading;

/// <summary>What an operator says of a file that the file may not tell itself.</summary>
public sealed record ReadingOptions
{
    /// <summary>What it is; null to see from its contents whether it is XML, or CSV with the columns of a payout report.</summary>
    public StatementSource? Source { get; init; }

    /// <summary>The provider whose report it is, where it is one; null where nobody said so.</summary>
    public string? Provider { get; init; }

    /// <summary>The bank account, where the file names none.</summary>
    public string? Account { get; init; }

    /// <summary>The currency, where the file names none.</summary>
    public Currency? Currency { get; init; }

    /// <summary>What stands before the decimals in CSV, a point or a comma; null where every amount tells by itself.</summary>
    public char? DecimalSign { get; init; }

    /// <summary>The largest file that is read, in bytes.</summary>
    public long MaxBytes { get; init; } = 256 * 1024 * 1024;

    /// <summary>The most lines that a file may have.</summary>
    public int MaxLines { get; init; } = 500_000;
}
