using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Quittance.BackOffice.BankCollections;
using Quittance.BackOffice.BankStatements;
using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Billing;
using Quittance.Core.Books;
using Quittance.Core.Debits;
using Quittance.Core.Engine;
using Quittance.Core.Executing;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Providers;
using Quittance.Core.Settlements;
using Quittance.Sandbox.Bank;
using Quittance.Storage.Debits;
using Quittance.Storage.Providers;

namespace Quittance.Tests.Simulation.Bank;

/// <summary>
/// Random months of a studio with its bank: members are debited, collections are built, released, handed out and called off, and the
/// bank's files come late, twice and in the wrong order. Processes die at their commits, and two work at once. In some, the bank books
/// more of a debit than its file says, and an operator takes what the server proposes for such a line.
/// </summary>
internal sealed class BankSchedule
{
    private const string OwnIban = "DE89370400440532013000";

    private static readonly Currency Euro = Currency.Parse("EUR");

    // At the sandbox's bank: paid, unknown, returned; and by their amounts rejected, returned, notified twice, booked alone.
    private static readonly string[] Ibans = ["DE02120300000000202051", "DE45120300000000000002", "DE18120300000000000003"];
    private static readonly long[] AmountsMinor = [39_90, 20_00, 666_20, 666_21, 666_22, 666_23, 666_24, 666_25];

    private readonly int _seed;
    private NpgsqlDataSource _database;
    private IStore _store;
    private IVault _vault;
    private readonly MerchantId _merchant;
    private readonly Random _random;
    private readonly BankClock _clock = new();
    private readonly BankAccount _account;
    private Collections _collections;
    private readonly List<Member> _members = [];
    private readonly List<Asked> _asked = [];
    private readonly Dictionary<CollectionId, List<(string Name, byte[] File)>> _atBank = [];
    private readonly List<string> _story = [];
    private readonly Dictionary<CollectionId, int> _read = [];
    private readonly RestoredBooks? _restores;
    private readonly BankMistake _mistake;
    private readonly LaterMovements _later;
    private readonly bool _movesMore;
    private readonly bool _isInOrder;
    private int _ids;

    /// <param name="restores">Loses and restores the books in the middle of it; null where they are not lost.</param>
    public BankSchedule(
        int seed, NpgsqlDataSource database, IStore store, IVault vault, MerchantId merchant, BankMistake mistake,
        RestoredBooks? restores = null)
    {
        (_seed, _database, _store, _vault, _merchant, _random) = (seed, database, store, vault, merchant, new Random(seed));
        (_restores, _mistake) = (restores, mistake);
        _movesMore = restores is null && _random.Next(3) > 0;
        _isInOrder = _movesMore && _random.Next(2) == 0;
        _later = new LaterMovements(_random, givesChargesBack: _isInOrder);
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
        (int Weight, Func<Task> Step)[] ofTheBank =
        [
            (6, BuildAsync), (2, BuildTwiceAsync), (5, HandOutAsync), (1, HandOutAgainAsync), (2, CallOffAsync), (14, DeliverAsync),
            (3, DaysPassAsync),
        ];
        (int Weight, Func<Task> Step)[] all = [(12, AskAsync), .. ofTheBank, (_movesMore ? 8 : 0, MoveMoreAsync)];
        await StepsAsync(all, _random.Next(15, 40));
        if (_restores is { } restores)
        {
            await restores.BackUpAsync();
            (_database, _store, _vault) = (restores.Database, restores.Store, restores.Vault);
            _collections = new Collections(_database);
            Note("a backup is made");
            // Nobody is asked for a fee meanwhile: of such a payment the restored books know nothing, and an operator books its line.
            await StepsAsync(ofTheBank, _random.Next(1, 12));
            _clock.Pass(TimeSpan.FromHours(1));
            await restores.RestoreAsync(_clock);
            (_database, _store, _vault) = (restores.Database, restores.Store, restores.Vault);
            _collections = new Collections(_database);
            Note("the books are lost and restored");
            await StepsAsync([.. all, (6, FindSentAsync)], _random.Next(10, 30));
        }

        await EndAsync();
        // What comes in the wrong order may contradict the books for good: then a person has to find out, and no money is booked for it.
        await new BankReckoning(_database, _merchant, _asked, [.. _atBank.Values], _later).CheckAsync(mayWait: _movesMore && !_isInOrder);
    }

    private async Task StepsAsync((int Weight, Func<Task> Step)[] steps, int count)
    {
        var weights = steps.Sum(step => step.Weight);
        for (; count > 0; count--)
        {
            var place = _random.Next(weights);
            await steps.First(step => (place -= step.Weight) < 0).Step();
        }
    }

    /// <summary>A file that the bank has is handed in, also one that the books know.</summary>
    private async Task FindSentAsync()
    {
        if (_atBank.Count > 0)
        {
            var (id, files) = _atBank.ElementAt(_random.Next(_atBank.Count));
            await PerhapsDyingAsync("a lost file", process => FindSentAsync(process, id, files[0].File));
        }
    }

    private async Task FindSentAsync(BankProcess process, CollectionId id, byte[] file)
    {
        // In place of the file a person's word, where the books have the file.
        if (_random.Next(3) == 0 && await _collections.FindAsync(id, Cancel) is { } kept)
        {
            var (_, problem) = await process.Lost.SentAsync([], [kept], Does("collect.sent"), Cancel);
            Note($"collection {kept.Number} was sent: {problem ?? "noted"}");
            return;
        }

        using var stream = new MemoryStream(file);
        var found = await process.Lost.TakeAsync(stream, Does("collect.lost"), Cancel);
        Note($"lost file {id.Message}: {found.Found} found, {string.Join("; ", found.Faults.Concat(found.Remarks))}");
    }

    /// <summary>All that the bank had is handed in; what is left did not go.</summary>
    private Task SettleLostTimeAsync() => CalmlyAsync(async process =>
    {
        foreach (var (id, files) in _atBank.ToList())
            await FindSentAsync(process, id, files[0].File);
        foreach (var (id, files) in _atBank.ToList())
        {
            using var stream = new MemoryStream(files[0].File);
            await process.Lost.TakeAsync(stream, Does("collect.lost"), Cancel);
        }

        var left = await new LostTime(_database).OfAsync(_merchant, Cancel);
        var said = await process.Lost.UnsentAsync(left.Items, left.Collections, Does("collect.unsent"), Cancel);
        Note($"{said} debits and {left.Collections.Count} collections were not sent");
    });

    private async Task JoinAsync(PaymentEngine engine)
    {
        var (account, instrument) = (new AccountId(_merchant, NewId("account")), new InstrumentId(_merchant, NewId("instrument")));
        var member = new Member(account, Named("account", account.Value), Named("instrument", instrument.Value));
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
        _asked.Add(new Asked(member.Id, charge, amount.AmountMinor, authorised.Attempt!.Id));
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
            // Restored books may know less than the bank: no one calls off what may have gone.
            if (collection.IsPerhapsSent(await new LostTime(_database).RestoredAtAsync(Cancel)))
                return;
            Require(await process.Engine.SubmitAsync(new CallOffCollection(Does("collect.call-off"), collection.Id)));
            return;
        }

        if (collection.Status == CollectionStatus.Built)
        {
            var released = await process.Engine.SubmitAsync(new ReleaseCollection(Does("collect.release"), collection.Id));
            Require(released);
            if (!released.Accepted)
                return;
        }

        var handedOut = await process.Engine.SubmitAsync(new HandOutCollection(Does("collect.file"), collection.Id));
        Require(handedOut);
        if (handedOut.Accepted)
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
        Require(await process.Engine.SubmitAsync(new HandOutCollection(Does("collect.file"), collection.Id) { IsAgain = true }));
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

    /// <summary>The bank books a line of a debit that its file does not explain.</summary>
    private Task MoveMoreAsync()
    {
        if (_atBank.Count == 0)
            return Task.CompletedTask;
        var files = _atBank.Values.ElementAt(_random.Next(_atBank.Count));
        if (_later.Next(files[0].File) is { } statement)
        {
            files.Add(statement);
            Note($"the bank books more: {statement.Name}");
        }

        return Task.CompletedTask;
    }

    /// <summary>One of the bank's files is read, also one that was read before or whose turn has not come.</summary>
    private async Task DeliverAsync()
    {
        if (_atBank.Count == 0)
            return;
        var (id, files) = _atBank.ElementAt(_random.Next(_atBank.Count));
        var read = _read.GetValueOrDefault(id);
        var at = _random.Next(1, _isInOrder ? Math.Min(files.Count, read + 2) : files.Count);
        if (await PerhapsDyingAsync(files[at].Name, process => ReadAsync(process, files[at])) && at == read + 1)
            _read[id] = at;
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

        var options = new ReadingOptions();
        var read = await process.Statements.ImportAsync(stream, file.Name, options, Does("settlement.import"), null, Cancel);
        Note($"{file.Name}: {string.Join("; ", read.Faults.Concat(read.Remarks))}");
        if (_movesMore)
            await LookAtOpenLinesAsync(process.Statements);
    }

    /// <summary>An operator takes what is proposed for the lines that wait, the oldest first.</summary>
    private async Task LookAtOpenLinesAsync(SettlementDesk desk)
    {
        if (_mistake == BankMistake.SwallowsSecondLines)
        {
            foreach (var line in await OpenLinesAsync(desk))
            {
                if (line.Amount.AmountMinor > 0 && Debit.Of(_merchant, line.EndToEnd) is not null)
                    await desk.Lines.BookAsPayoutOrFeeAsync(line, ClearingProvider.Bank, Does("settlement.book"), note: null);
            }
        }

        var open = await OpenLinesAsync(desk);
        var proposals = await desk.ProposalsAsync(_merchant, open, Cancel);
        foreach (var line in open)
        {
            if (!proposals.TryGetValue(line.Id, out var proposal))
                continue;
            var outcome = await desk.BookAsChosenAsync(
                line, proposal.Choice, proposal.Names, Does("settlement.match"), "accepted as proposed", Cancel);
            Note(
                $"{line.Amount}: {proposal.Text} "
                + (outcome.Outcome is { Accepted: true } ? "Accepted" : outcome.Problem ?? $"{outcome.Outcome?.Faults[0]}"));
        }
    }

    private async Task<IReadOnlyList<SettlementLine>> OpenLinesAsync(SettlementDesk desk) =>
        [.. (await desk.LinesAsync(new ListQuery(_merchant, 1000), SettlementStatus.Open, LineFilter.None, Cancel)).Items.Reverse()];

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
        if (_restores is not null)
            await SettleLostTimeAsync();
        for (var round = 0; round < 4; round++)
        {
            await CalmlyAsync(async process =>
            {
                await BuildAsync(process, Does("collect.run"));
                foreach (var collection in await _collections.ListAsync(_merchant, 1000, Cancel))
                {
                    if (collection.Status is CollectionStatus.Built or CollectionStatus.Released)
                        await HandOutAsync(process, collection);
                    else if (collection is { Status: CollectionStatus.HandedOut, IsLost: false } && !_atBank.ContainsKey(collection.Id))
                        await HandOutAgainAsync(process, collection);
                }

                foreach (var file in _atBank.Values.SelectMany(files => files.Skip(1)))
                    await ReadAsync(process, file);
            });
        }
    }

    private async Task<Collection?> AnyAsync(params CollectionStatus[] statuses)
    {
        var found = (await _collections.ListAsync(_merchant, 1000, Cancel))
            .Where(one => statuses.Contains(one.Status) && !one.IsLost).ToList();
        return found.Count == 0 ? null : found[_random.Next(found.Count)];
    }

    private async Task CalmlyAsync(Func<BankProcess, Task> work) =>
        await BankProcess.DoAsync(_database, _store, _vault, _clock, commits: null, work);

    /// <summary>Does something in a process that may die. False where it died of it.</summary>
    private async Task<bool> PerhapsDyingAsync(string what, Func<BankProcess, Task> work)
    {
        (int, bool)? commits = _random.Next(3) == 0 ? (_random.Next(1, 7), _random.Next(2) == 0) : null;
        var lived = await BankProcess.DoAsync(_database, _store, _vault, _clock, commits, work);
        if (!lived)
            Note($"the process of {what} died");
        return lived;
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
        if (!outcome.Accepted && outcome.Faults is not [{ Refusal: Refusal.CollectionChanged or Refusal.PerhapsSent }])
            throw new SimulationException($"Refused: {string.Join(", ", outcome.Faults)}");
    }

    private sealed record Member(AccountId Id, Reference Account, Reference Instrument);
}

/// <summary>A fee that a member is asked for by a debit.</summary>
internal sealed record Asked(AccountId Member, ChargeId Fee, long AmountMinor, AttemptId Capture);
