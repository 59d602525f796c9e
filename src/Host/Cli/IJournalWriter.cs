using Quittance.Storage.Exporting;

namespace Quittance.Host.Cli;

/// <summary>Writes a journal in one of its forms.</summary>
internal interface IJournalWriter : IAsyncDisposable
{
    /// <summary>Writes what comes before the entries.</summary>
    Task BeginAsync(JournalScope scope);

    /// <summary>Writes the next entry. Entries come in the order of time, those of one event together.</summary>
    Task WriteAsync(JournalEntry entry);
}
