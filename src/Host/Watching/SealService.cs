using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Storage.Sealing;

namespace Quittance.Host.Watching;

/// <summary>
/// Carries the seals out of the database once a minute: a line in the log and a measure for each merchant whose books have changed, and a
/// line in a file where there is one. A thief who rewrites the books later can't rewrite these.
/// </summary>
internal sealed partial class SealService : BackgroundService
{
    private static readonly TimeSpan TellsEvery = TimeSpan.FromMinutes(1);

    private readonly Meter _meter = new(Telemetry.Name);
    private readonly ConcurrentDictionary<MerchantId, Seal> _told = new();
    private readonly Dictionary<MerchantId, Seal> _written = [];
    private readonly Seals _seals;
    private readonly string? _file;
    private readonly TimeProvider _clock;
    private readonly ILogger<SealService> _log;

    public SealService(Seals seals, ServerSettings settings, TimeProvider clock, ILogger<SealService> log)
    {
        (_seals, _file, _clock, _log) = (seals, settings.SealFile, clock, log);
        _meter.CreateObservableGauge("quittance.seal", Measure, unit: null, "The first 48 bits of each merchant's seal, as a number");
    }

    public override void Dispose()
    {
        _meter.Dispose();
        base.Dispose();
    }

    /// <summary>Tells the seals that have changed since the last time; those that could not be written are tried again.</summary>
    public async Task TellAsync(CancellationToken cancel)
    {
        List<Seal> seals = [];
        foreach (var merchant in await _seals.MerchantsAsync(cancel))
        {
            try
            {
                seals.Add(await _seals.OfAsync(merchant, cancel));
            }
            catch (StoreUnavailableException trouble)
            {
                // The other merchants go on.
                LogPostponed(_log, trouble.Message);
            }
        }

        foreach (var seal in seals.Where(seal => !Equals(_told.GetValueOrDefault(seal.Merchant), seal)))
        {
            LogSeal(
                _log, seal.Merchant.Value, Convert.ToHexStringLower(seal.Hash.Span),
                seal.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture));
            _told[seal.Merchant] = seal;
        }

        if (_file is null)
            return;
        foreach (var seal in seals.Where(seal => !Equals(_written.GetValueOrDefault(seal.Merchant), seal)))
        {
            await AppendAsync(_file, SealText.Of(seal).ToJsonString(), cancel);
            _written[seal.Merchant] = seal;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TellsEvery, _clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await TellAsync(stoppingToken);
            }
            catch (Exception trouble)
                when (trouble is StoreUnavailableException or NpgsqlException or IOException or UnauthorizedAccessException)
            {
                LogPostponed(_log, trouble.Message);
            }
        }
    }

    private static bool Equals(Seal? one, Seal other) => one is not null && one.Hash.Span.SequenceEqual(other.Hash.Span);

    /// <summary>Appends a line. One before it that a crash has cut ends first, so that it spoils no other.</summary>
    private static async Task AppendAsync(string path, string line, CancellationToken cancel)
    {
        await using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);
        var isCut = false;
        if (file.Length > 0)
        {
            file.Position = file.Length - 1;
            isCut = file.ReadByte() != '\n';
        }

        file.Position = file.Length;
        await file.WriteAsync(Encoding.UTF8.GetBytes($"{(isCut ? "\n" : "")}{line}\n"), cancel);
        await file.FlushAsync(cancel);
    }

    private IEnumerable<Measurement<long>> Measure() => _told.Values.Select(seal => new Measurement<long>(
        long.Parse(Convert.ToHexString(seal.Hash.Span[..6]), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
        new KeyValuePair<string, object?>("merchant", seal.Merchant.Value)));

    [LoggerMessage(LogLevel.Information, "The books of merchant {Merchant} are sealed as {Seal}; the seal is of {At} UTC")]
    private static partial void LogSeal(ILogger log, long merchant, string seal, string at);

    [LoggerMessage(LogLevel.Warning, "The seals were not sent: {Reason}")]
    private static partial void LogPostponed(ILogger log, string reason);
}
