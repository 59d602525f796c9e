using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Billing;
using Quittance.Core.Collecting;
using Quittance.Core.Debits;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Payments;
using Quittance.Core.Providers;
using Quittance.Sandbox.Bank;
using Quittance.Settlements;
using Quittance.Storage.Debits;
using Quittance.Storage.Providers;

namespace Quittance.Tests.Simulation.Bank;

/// <summary>
/// Random months of a studio with its bank: members are debited, collections are built, released, handed out and called off, and the
/// bank's files come late, twice and in the wrong order. Processes die at their commits, and two work at once.
/// </summary>
internal sealed class BankSchedule
{
    private const string OwnIban = "DE89370400440532013000";

    private static readonly Currency Euro = Currency.Parse("EUR");

    // At the sandbox's bank: paid, unknown, returned; and by their amounts rejected, returned, notified twice, booked alone.
    private static readonly string[] Ibans = ["DE02120300000000202051", "DE45120300000000000002", "DE18120300000000000003"];
    private static readonly long[] AmountsMinor = [39_90, 20_00, 666_20, 666_21, 666_22, 666_23, 666_24, 666_25];

    private readonly int _seed;
    private readonly NpgsqlDataSource _database;
    private readonly IStore _store;
    private readonly IVault _vault;
    private readonly MerchantId _merchant;
    private readonly Random _random;
    private readonly BankClock _clock = new();
    private readonly BankAccount _account;
    private readonly Collections _collections;
    private readonly List<Member> _members = [];
    private readonly List<Asked> _asked = [];
    private readonly Dictionary<CollectionId, List<(string Name, byte[] File)>> _atBank = [];
    private readonly List<string> _story = [];
    private int _ids;

    public BankSchedule(int seed, NpgsqlDataSource database, IStore store, IVault vault, MerchantId merchant)
    {
        (_seed, _database, _store, _vault, _merchant, _random) = (seed, database, store, vault, merchant, new Random(seed));
        _collections = new Collections(database);
        _account = new BankAccount(
            "Simulation", Iban.Parse(OwnIban), null, CreditorIdentifier.Parse("DE98ZZZ09999999999"), DebitScheme.Core)
        { NoticeDays = 1 };
    }

    private static CancellationToken Cancel => CancellationToken.None;

    private Origin Origin => new(_merchant, 0, NewId("request"));

    /// <summary>The events of the run, line by line.</summary>
    public string Story => string.Join('\n', _story);

    public async Task RunAsync()
    {
        await new ProviderAccounts(_database, _vault, _clock).SaveAsync(
            BankSettings.AccountOf(_merchant, _account), Cancel, Does("collect.account"));
        await CalmlyAsync(async process =>
        {
            for (var member = _random.Next(2, 7); member > 0; member--)
                await JoinAsync(process.Engine);
        });
        (int Weight, Func<Task> Step)[] steps =
        [
            (12, AskAsync), (6, BuildAsync), (2, BuildTwiceAsync), (5, HandOutAsync), (1, HandOutAgainAsync), (2, CallOffAsync),
            (14, DeliverAsync), (3, DaysPassAsync),
        ];
        var weights = steps.Sum(step => step.Weight);
        for (var left = _random.Next(15, 40); left > 0; left--)
        {
            var place = _random.Next(weights);
            await steps.First(step => (place -= step.Weight) < 0).Step();
        }

        await EndAsync();
        await new BankReckoning(_database, _merchant, _asked, [.. _atBank.Values]).CheckAsync();
    }

    private async Task JoinAsync(PaymentEngine engine)
    {
        var (account, instrument) = (new AccountId(_merchant, NewId("account")), new InstrumentId(_merchant, NewId("instrument")));
        var member = new Member(Named("account", account.Value), Named("instrument", instrument.Value));
        var secret = new IbanAccount(Iban.Parse(Ibans[_random.Next(3) == 0 ? _random.Next(Ibans.Length) : 0]), null, "Ada Nkemelu");
        Require(await engine.SubmitAsync(new OpenAccount(Origin, account, [member.Account], Euro, "Ada Nkemelu")));
        var mandate = new Mandate($"M-{instrument.Value:N}", MandateScheme.Sepa, new DateOnly(2026, 1, 5), MandateStatus.Active);
        Require(await engine.SubmitAsync(new RegisterInstrument(
            Origin, AccountTarget.Named(member.Account), instrument, member.Instrument, PaymentMethod.BankAccountDebit, secret.Masked)
        {
            Holding = new Holding(
                new Vaulted("bank", secret.Shown, mandate), await _vault.SealAsync(instrument, secret, Cancel)),
        }));
        _members.Add(member);
    }

    /// <summary>A member is asked for a fee by a debit.</summary>
    private Task AskAsync() => CalmlyAsync(async process =>
    {
        var (engine, member) = (process.Engine, _members[_random.Next(_members.Count)]);
        var (charge, payment) = (new ChargeId(_merchant, NewId("charge")), new PaymentId(_merchant, NewId("payment")));
        var (target, name) = (AccountTarget.Named(member.Account), Named("charge", charge.Value));
        var amount = new Money(AmountsMinor[_random.Next(2) == 0 ? 0 : _random.Next(AmountsMinor.Length)], Euro);
        Require(await engine.SubmitAsync(new RaiseCharge(Origin, target, charge, amount, new DateOnly(2027, 1, 4)) { Reference = name }));
        var begun = await engine.SubmitAsync(new RecordPayment(Origin, target, payment, Reference.House)
        {
            Amount = amount,
            Instrument = member.Instrument,
            ChargesInstrument = true,
            Parts = [Part.Charge(name, amount.AmountMinor)],
        });
        // The bank may have said meanwhile that the account is closed.
        if (!begun.Accepted)
            return;
        var authorised = await engine.SubmitAsync(new TakeAnswer(Origin, begun.Attempt!, ProviderAnswer.Approved));
        Require(await engine.SubmitAsync(new TakeAnswer(Origin, authorised.Attempt!, ProviderAnswer.Pending)));
        _asked.Add(new Asked(charge, amount.AmountMinor, authorised.Attempt!.Id));
        Note($"{amount} is asked for: {Debit.NameOf(authorised.Attempt!.Id)}");
    });

    private Task BuildAsync() => PerhapsDyingAsync("a run", process => BuildAsync(process, Does("collect.run")));

    /// <summary>Two processes build at once; both may die.</summary>
    private Task BuildTwiceAsync() => Task.WhenAll(BuildAsync(), BuildAsync());

    private async Task BuildAsync(BankProcess process, Origin by)
    {
        try
        {
            var (built, leftOut) = await process.Collections.RunAsync(_account, _merchant, CollectionKind.Debits, by, Cancel);
            Note($"built {built?.Number}: {built?.Count} of {built?.Sum}, {leftOut.Count} left out");
        }
        catch (StoreUnavailableException met)
        {
            // Another run was faster: this one says so, and the next goes on.
            Note(met.Message);
        }
    }

    private async Task HandOutAsync()
    {
        if (await AnyAsync(CollectionStatus.Built, CollectionStatus.Released) is { } collection)
            await PerhapsDyingAsync($"collection {collection.Number} to the bank", process => HandOutAsync(process, collection));
    }

    private async Task HandOutAsync(BankProcess process, Collection collection)
    {
        if (process.Collections.IsTooLate(_account, collection))
        {
            Require(await process.Engine.SubmitAsync(new CallOffCollection(Does("collect.call-off"), collection.Id)));
            return;
        }

        if (collection.Status == CollectionStatus.Built)
            Require(await process.Engine.SubmitAsync(new ReleaseCollection(Does("collect.release"), collection.Id)));
        Require(await process.Engine.SubmitAsync(new HandOutCollection(Does("collect.file"), collection.Id)));
        await BringAsync(process, collection);
    }

    /// <summary>A collection that was handed out is wanted again: the bank gets the same file, or gets it for the first time.</summary>
    private async Task HandOutAgainAsync()
    {
        if (await AnyAsync(CollectionStatus.HandedOut) is { } collection)
            await CalmlyAsync(process => HandOutAgainAsync(process, collection));
    }

    private async Task HandOutAgainAsync(BankProcess process, Collection collection)
    {
        if ((await process.Engine.SubmitAsync(new HandOutCollection(Does("collect.file", reason: ""), collection.Id))).Accepted)
            throw new SimulationException($"Collection {collection.Number} was handed out twice without a reason.");
        Require(await process.Engine.SubmitAsync(new HandOutCollection(Does("collect.file"), collection.Id)));
        await BringAsync(process, collection);
    }

    /// <summary>The bank gets the file of a collection. It takes each once.</summary>
    private async Task BringAsync(BankProcess process, Collection collection)
    {
        using var file = new MemoryStream();
        if (!await process.Collections.ReadAsync((await _collections.FindAsync(collection.Id, Cancel))!, file, Cancel))
            throw new SimulationException($"The file of collection {collection.Number} is not the one that was built.");
        file.Position = 0;
        var answer = SandboxBank.Answer(file);
        if (_atBank.TryAdd(collection.Id, [("debits", file.ToArray()), .. answer]))
            Note($"the bank has collection {collection.Number}: {string.Join(", ", answer.Select(one => one.Name))}");
    }

    private async Task CallOffAsync()
    {
        if (await AnyAsync(CollectionStatus.Built, CollectionStatus.Released, CollectionStatus.Building) is { } collection)
        {
            await PerhapsDyingAsync($"collection {collection.Number} is called off", async process =>
                Require(await process.Engine.SubmitAsync(new CallOffCollection(Does("collect.call-off"), collection.Id))));
        }
    }

    /// <summary>One of the bank's files is read, also one that was read before or whose turn has not come.</summary>
    private async Task DeliverAsync()
    {
        if (_atBank.Count == 0)
            return;
        var files = _atBank.Values.ElementAt(_random.Next(_atBank.Count));
        var file = files[_random.Next(1, files.Count)];
        await PerhapsDyingAsync(file.Name, process => ReadAsync(process, file));
    }

    private async Task ReadAsync(BankProcess process, (string Name, byte[] File) file)
    {
        using var stream = new MemoryStream(file.File);
        if (file.Name.StartsWith("status", StringComparison.Ordinal))
        {
            var report = await process.Status.TakeAsync(stream, Does("collect.status"), Cancel);
            Note($"{file.Name}: {report.Rejected} rejected, {string.Join("; ", report.Faults.Concat(report.Remarks))}");
            return;
        }

        var read = await process.Statements.ImportAsync(stream, file.Name, new(), Does("settlement.import"), null, Cancel);
        Note($"{file.Name}: {string.Join("; ", read.Faults.Concat(read.Remarks))}");
    }

    private Task DaysPassAsync()
    {
        _clock.Pass(TimeSpan.FromHours(_random.Next(1, 72)));
        Note("time passes");
        return Task.CompletedTask;
    }

    /// <summary>Everything that waits goes to the bank, and all of the bank's files come in their order, twice.</summary>
    private async Task EndAsync()
    {
        Note("the faults end");
        for (var round = 0; round < 4; round++)
        {
            await CalmlyAsync(async process =>
            {
                await BuildAsync(process, Does("collect.run"));
                foreach (var collection in await _collections.ListAsync(_merchant, 1000, Cancel))
                {
                    if (collection.Status is CollectionStatus.Built or CollectionStatus.Released)
                        await HandOutAsync(process, collection);
                    else if (collection.Status == CollectionStatus.HandedOut && !_atBank.ContainsKey(collection.Id))
                        await HandOutAgainAsync(process, collection);
                }

                foreach (var file in _atBank.Values.SelectMany(files => files.Skip(1)))
                    await ReadAsync(process, file);
            });
        }
    }

    private async Task<Collection?> AnyAsync(params CollectionStatus[] statuses)
    {
        var found = (await _collections.ListAsync(_merchant, 1000, Cancel)).Where(one => statuses.Contains(one.Status)).ToList();
        return found.Count == 0 ? null : found[_random.Next(found.Count)];
    }

    private async Task CalmlyAsync(Func<BankProcess, Task> work) =>
        await BankProcess.DoAsync(_database, _store, _vault, _clock, commits: null, work);

    private async Task PerhapsDyingAsync(string what, Func<BankProcess, Task> work)
    {
        (int, bool)? commits = _random.Next(3) == 0 ? (_random.Next(1, 7), _random.Next(2) == 0) : null;
        if (!await BankProcess.DoAsync(_database, _store, _vault, _clock, commits, work))
            Note($"the process of {what} died");
    }

    private Origin Does(string what, string reason = "simulation") =>
        Origin with { Action = new OperatorAction(null, OperatorAction.CommandLine, what, "collection", reason) };

    private Reference Named(string kind, Guid id) => new(_merchant, Reference.House, kind, $"{id}");

    /// <summary>An id that follows from the seed.</summary>
    private Guid NewId(string what) => new(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"{_seed} {what} {Interlocked.Increment(ref _ids)}"))).AsSpan(0, 16));

    private void Note(string what)
    {
        lock (_story)
            _story.Add($"{_clock.GetUtcNow():dd HH} {what}");
    }

    private static void Require(Outcome outcome)
    {
        if (!outcome.Accepted && outcome.Faults is not [{ Refusal: Refusal.CollectionChanged }])
            throw new SimulationException($"Refused: {string.Join(", ", outcome.Faults)}");
    }

    private sealed record Member(Reference Account, Reference Instrument);
}

/// <summary>A fee that a member is asked for by a debit.</summary>
internal sealed record Asked(ChargeId Fee, long AmountMinor, AttemptId Capture);
