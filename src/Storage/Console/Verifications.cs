using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Storage.Verification;

namespace Quittance.Storage.Console;

/// <summary>A verification of a merchant's books, running or done.</summary>
public sealed record VerificationRun(DateTimeOffset BeganAt, string Who)
{
    /// <summary>The rule that is checked now; null while rows are counted.</summary>
    public string? Rule { get; init; }

    /// <summary>The number of checked rules.</summary>
    public int Checked { get; init; }

    /// <summary>The result; null while it runs, or where it broke off.</summary>
    public VerificationReport? Report { get; init; }

    /// <summary>Whether it broke off: the database was out of reach, the server stopped, or a fault occurred.</summary>
    public bool IsBroken { get; init; }

    /// <summary>Whether it broke off by a fault, which the log has.</summary>
    public bool IsFault { get; init; }

    public TimeSpan Took { get; init; }

    public bool IsRunning => Report is null && !IsBroken;
}

/// <summary>
/// Verifies the books of a merchant beside requests, since it may take minutes. One verification runs at a time, since it reads all rows.
/// The result stays until the next one, or until the server stops.
/// </summary>
public sealed partial class Verifications(NpgsqlDataSource database, TimeProvider clock, ILogger<Verifications> log) : IDisposable
{
    private readonly ConcurrentDictionary<MerchantId, VerificationRun> _runs = new();
    private readonly CancellationTokenSource _stopping = new();
    private int _isRunning;

    /// <summary>The running or the last verification; null for none.</summary>
    public VerificationRun? LatestOf(MerchantId merchant) => _runs.GetValueOrDefault(merchant);

    /// <summary>Begins a verification; false where one runs, of this merchant or another.</summary>
    public bool Begin(MerchantId merchant, string who)
    {
        if (Interlocked.Exchange(ref _isRunning, 1) == 1)
            return false;
        _runs[merchant] = new VerificationRun(clock.GetUtcNow(), who);
        _ = RunAsync(merchant);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
    }

    private async Task RunAsync(MerchantId merchant)
    {
        var started = clock.GetTimestamp();
        try
        {
            var checkedRules = 0;
            var reports = await SqlStates.ReachingAsync(() => new Verifier(database).VerifyAsync(
                merchant, new DirectProgress(rule => Change(merchant, run => run with { Rule = rule, Checked = checkedRules++ })),
                _stopping.Token));
            Change(merchant, run => run with { Report = reports[0], Took = clock.GetElapsedTime(started), Checked = Verifier.RuleCount });
        }
        catch (Exception failure) when (failure is StoreUnavailableException or OperationCanceledException)
        {
            Change(merchant, run => run with { IsBroken = true, Took = clock.GetElapsedTime(started) });
        }
        catch (Exception fault)
        {
            // No caller waits for the run: without the log the fault would be lost.
            LogFault(log, merchant.Value, fault);
            Change(merchant, run => run with { IsBroken = true, IsFault = true, Took = clock.GetElapsedTime(started) });
        }
        finally
        {
            Volatile.Write(ref _isRunning, 0);
        }
    }

    private void Change(MerchantId merchant, Func<VerificationRun, VerificationRun> change) => _runs[merchant] = change(_runs[merchant]);

    [LoggerMessage(LogLevel.Error, "The books of merchant {Merchant} could not be verified.")]
    private static partial void LogFault(ILogger log, long merchant, Exception fault);

    /// <summary>Reports at once and in order, unlike <see cref="Progress{T}"/>.</summary>
    private sealed class DirectProgress(Action<string> report) : IProgress<string>
    {
        public void Report(string value) => report(value);
    }
}
