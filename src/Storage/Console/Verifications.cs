using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Storage.Verification;

namespace Quittance.Storage.Console;

/// <summary>
/// Verifies the books of a merchant beside requests: it may take minutes. One at a time, since it reads all there is; and what it found is kept
/// until the next time, or until the server stops.
/// </summary>
/// <param name="database">The books.</param>
/// <param name="clock">Tells how long it took.</param>
/// <param name="log">Where it is told what went wrong.</param>
public sealed partial class Verifications(NpgsqlDataSource database, TimeProvider clock, ILogger<Verifications> log) : IDisposable
{
    private readonly ConcurrentDictionary<MerchantId, VerificationRun> _runs = new();
    private readonly CancellationTokenSource _stopping = new();
    private int _isRunning;

    /// <summary>The run that is under way, or the last one; null where there was none.</summary>
    public VerificationRun? LatestOf(MerchantId merchant) => _runs.GetValueOrDefault(merchant);

    /// <summary>Begins to verify; false where one is under way, of this merchant or another.</summary>
    /// <param name="merchant">Whose books.</param>
    /// <param name="who">Who asked for it.</param>
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
                merchant, new Telling(rule => Change(merchant, run => run with { Rule = rule, Checked = checkedRules++ })), _stopping.Token));
            Change(merchant, run => run with { Report = reports[0], Took = clock.GetElapsedTime(started), Checked = Verifier.RuleCount });
        }
        catch (Exception failure) when (failure is StoreUnavailableException or OperationCanceledException)
        {
            Change(merchant, run => run with { IsBroken = true, Took = clock.GetElapsedTime(started) });
        }
        catch (Exception fault)
        {
            // Nobody waits for the run: what is not said here would be said nowhere.
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

    /// <summary>Tells at once, in order.</summary>
    private sealed class Telling(Action<string> tell) : IProgress<string>
    {
        public void Report(string value) => tell(value);
    }
}
