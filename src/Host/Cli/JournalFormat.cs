namespace Quittance.Host.Cli;

/// <summary>The forms in which a journal is exported.</summary>
internal enum JournalFormat
{
    /// <summary>One line per transfer, for spreadsheets.</summary>
    Csv,

    /// <summary>Plain-text accounting, as hledger reads it.</summary>
    Hledger,
}
