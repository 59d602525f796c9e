using Microsoft.Extensions.Logging;
using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Billing;
using Quittance.Core.Books;
using Quittance.Core.Engine;
using Quittance.Core.Executing;
using Quittance.Core.Instruments;
using Quittance.Core.Payments;
using Quittance.Core.Providers;
using Quittance.Core.Sessions;
using Quittance.Host;
using Quittance.Storage;
using Quittance.Storage.Tenancy;
using Quittance.Storage.Vault;
using Quittance.Tests.Engine;
using Quittance.Tests.OAuth;
using Quittance.Tests.Operations;
using Quittance.Tests.Running;
using Quittance.Tests.TrainTravel;

namespace Quittance.Tests.Vault;

/// <summary>When the sealed numbers leave the vault.</summary>
public sealed class RetentionTests(BooksFixture books)
{
    private static readonly Currency Euro = Currency.Parse("EUR");
    private static readonly TimeSpan Unused = TimeSpan.FromDays(100);

    private static readonly Card Visa = new(CardNumber.Parse("4242424242424242"), new CardExpiry(12, 2090), "Mary Irwin");
    private static readonly IbanAccount Bank = new(Iban.Parse("DE89370400440532013000"), null, "Mary Irwin");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<InstrumentStanding, Verdict, bool> Answers => new()
    {
        { InstrumentStanding.Once, Verdict.Approved, false },
        { InstrumentStanding.Once, Verdict.Declined, false },
        { InstrumentStanding.Once, Verdict.Unknown, true },
        { InstrumentStanding.Once, Verdict.Pending, true },
        { InstrumentStanding.Saved, Verdict.Approved, true },
        { InstrumentStanding.Saved, Verdict.Declined, true },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task Card_OfOnePayment_LeavesTheVaultWithTheAnswer(InstrumentStanding standing, Verdict verdict, bool isKept)
    {
        await using var vault = await OwnVault.OpenAsync(books);
        var card = await vault.RegisterAsync(Visa, standing);
        var attempt = await vault.BeginAsync(card);
        Assert.True(await vault.HasAsync(card));

        await vault.AnswerAsync(attempt, verdict);
        await vault.ForgetAsync();

        Assert.Equal(isKept, await vault.HasAsync(card));
        if (verdict is Verdict.Unknown or Verdict.Pending)
        {
            await vault.AnswerAsync(attempt, Verdict.Declined);
            Assert.False(await vault.HasAsync(card));
        }

        await vault.Own.AssertCleanAsync();
    }

    [Fact]
    public async Task Check_SaysWhatTheVaultHolds_AndSinceWhen()
    {
        await using var vault = await OwnVault.OpenAsync(books);
        Assert.Equal(new HeldNumbers(0, 0, null), await vault.CountAsync());
        var registeredAt = vault.Clock.GetUtcNow();
        await vault.RegisterAsync(Visa, InstrumentStanding.Saved);
        vault.Clock.Pass(TimeSpan.FromDays(3));
        await vault.RegisterAsync(Bank, InstrumentStanding.Saved);
        var once = await vault.RegisterAsync(Visa, InstrumentStanding.Once);
        var held = await vault.CountAsync();
        Assert.Equal((1, 2), (held.Once, held.Saved));
        Assert.InRange(held.OldestSince!.Value, registeredAt.AddSeconds(-1), registeredAt.AddMinutes(1));

        await vault.AnswerAsync(await vault.BeginAsync(once), Verdict.Approved);

        Assert.Equal(held with { Once = 0 }, await vault.CountAsync());
    }

    [Fact]
    public async Task Cards_OfABatch_LeaveTheVaultTogether()
    {
        await using var vault = await OwnVault.OpenAsync(books);
        var cards = new List<InstrumentId>();
        for (var card = 0; card < 6; card++)
            cards.Add(await vault.RegisterAsync(Visa, card % 2 == 0 ? InstrumentStanding.Once : InstrumentStanding.Saved));
        var attempts = new List<Attempt>();
        foreach (var card in cards)
            attempts.Add(await vault.BeginAsync(card));

        await Task.WhenAll(attempts.Select(attempt => vault.AnswerAsync(attempt, Verdict.Declined)));

        var kept = await Task.WhenAll(cards.Select(card => vault.HasAsync(card)));
        Assert.Equal([false, true, false, true, false, true], kept);
    }

    [Fact]
    public async Task BankAccount_OfOnePayment_StaysUntilItsSessionEnds()
    {
        await using var vault = await OwnVault.OpenAsync(books);
        var (session, attempt, instrument) = await vault.PayInSessionAsync(Bank);
        await vault.ForgetAsync();
        Assert.True(await vault.HasAsync(instrument));

        await vault.AnswerAsync(attempt, Verdict.Approved);
        await vault.ForgetAsync();
        Assert.True(await vault.HasAsync(instrument), "The widget still shows it.");

        await vault.ExpireAsync(session);
        await vault.ForgetAsync();
        Assert.False(await vault.HasAsync(instrument));
        await vault.Own.AssertCleanAsync();
    }

    [Fact]
    public async Task SavedInstrument_ThatNoPaymentUses_IsEnded()
    {
        await using var vault = await OwnVault.OpenAsync(books);
        var (unused, used, waiting) = (await vault.RegisterAsync(Visa, InstrumentStanding.Saved),
            await vault.RegisterAsync(Visa, InstrumentStanding.Saved), await vault.RegisterAsync(Visa, InstrumentStanding.Saved));
        await vault.AnswerAsync(await vault.BeginAsync(unused), Verdict.Declined);
        await vault.AnswerAsync(await vault.BeginAsync(used), Verdict.Declined);
        await vault.BeginAsync(waiting);
        vault.Clock.Pass(TimeSpan.FromDays(99));
        Assert.Equal(0, await vault.ForgetUnusedAsync());
        await vault.AnswerAsync(await vault.BeginAsync(used), Verdict.Declined);
        var young = await vault.RegisterAsync(Visa, InstrumentStanding.Saved);
        vault.Clock.Pass(TimeSpan.FromDays(2));

        Assert.Equal(0, await vault.ForgetUnusedAsync(forEver: true));
        Assert.Equal(1, await vault.ForgetUnusedAsync());

        Assert.Equal((false, "inactive"), await vault.StandsAsync(unused));
        foreach (var kept in (InstrumentId[])[used, waiting, young])
            Assert.Equal((true, "saved"), await vault.StandsAsync(kept));
        Assert.Equal(0, await vault.ForgetUnusedAsync());
        await vault.Own.AssertCleanAsync();
    }

    [Fact]
    public async Task Numbers_LeaveTheVault_WhereThePruningFails()
    {
        await using var vault = await OwnVault.OpenAsync(books);
        var saved = await vault.RegisterAsync(Visa, InstrumentStanding.Saved);
        vault.Clock.Pass(TimeSpan.FromDays(101));
        var (session, attempt, used) = await vault.PayInSessionAsync(Bank);
        await vault.AnswerAsync(attempt, Verdict.Approved);
        await vault.ExpireAsync(session);
        await OperatedBooks.ExecuteAsync(vault.Own, """
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE 'full' USING ERRCODE = 'disk_full'; END$$;
            CREATE TRIGGER refuses BEFORE DELETE ON kept_answer EXECUTE FUNCTION refuse();
            """);

        KeptLog<PruningService> log = new();
        using var service = vault.Pruning(new Hold(IsHeld: false), log);
        await service.PruneAsync(Cancel);

        Assert.False(await vault.HasAsync(used));
        Assert.False(await vault.HasAsync(saved));
        Assert.Equal(
            [
                (LogLevel.Warning, "Old answers were not pruned: 53100: full"),
                (LogLevel.Information, "Numbers that left the vault since their payments have ended: 1"),
                (LogLevel.Information, "Numbers that left the vault since nothing has used them for so long: 1"),
            ],
            log.Lines);
    }

    [Theory]
    [InlineData(Traveller.GoodCard, "succeeded")]
    [InlineData("4000000000000002", "failed")]
    public async Task Card_OfABooking_LeavesTheVaultWithTheAnswer(string number, string status)
    {
        var traveller = await Traveller.OpenAsync(books);
        var booking = await traveller.BookAsync();
        var paid = await traveller.PayAsync(booking, Traveller.Card(number), key: "once");

        Assert.Equal(status, (string)paid.Json["status"]!);
        Assert.Equal(0L, await books.ScalarAsync(
            """
            SELECT count(*) FROM vault_entry v JOIN payment p ON p.merchant_id = v.merchant_id AND p.instrument_id = v.instrument_id
             WHERE p.id = $1
            """,
            Guid.Parse((string)paid.Json["id"]!)));
        Assert.Equal(paid.Text, (await traveller.PayAsync(booking, Traveller.Card(number), key: "once")).Text);
        await books.AssertBooksAreCleanAsync();
    }

    /// <summary>Books of their own with a vault, and a customer who pays from it.</summary>
    private sealed class OwnVault : IAsyncDisposable
    {
        private readonly PaymentEngine _engine;
        private readonly PostgresVault _vault;
        private readonly MerchantId _merchant;
        private readonly AccountId _account;

        private OwnVault(OwnBooks own, HandMovedClock clock, PaymentEngine engine, PostgresVault vault, MerchantId merchant)
        {
            (Own, Clock, _engine, _vault, _merchant) = (own, clock, engine, vault, merchant);
            _account = new AccountId(merchant, NewId());
        }

        public OwnBooks Own { get; }

        public HandMovedClock Clock { get; }

        private AccountTarget Target => AccountTarget.Named(new Reference(_merchant, "test", "account", "A"));

        private Origin Origin => new(_merchant, 0, NewId());

        public static async Task<OwnVault> OpenAsync(BooksFixture books)
        {
            var own = await OwnBooks.CreateAsync(books);
            var clock = new HandMovedClock();
            var engine = new PaymentEngine(
                new Storage.Lanes.PostgresStore(own.Database), clock, new EngineOptions { Lanes = 2 });
            var vault = await PostgresVault.OpenAsync(own.Database, MasterKey.Generate(), clock, Cancel);
            var opened = new OwnVault(own, clock, engine, vault, await own.MerchantAsync());
            await opened.DoAsync(new OpenAccount(
                opened.Origin, opened._account, [new Reference(opened._merchant, "test", "account", "A")], Euro, "Mary Irwin"));
            return opened;
        }

        public Task<HeldNumbers> CountAsync() => _vault.CountAsync(Cancel);

        public async Task<InstrumentId> RegisterAsync(InstrumentSecret secret, InstrumentStanding standing)
        {
            var registering = await RegisteringAsync(secret, standing);
            await DoAsync(registering);
            return registering.Id;
        }

        public async Task<Attempt> BeginAsync(InstrumentId instrument) =>
            (await DoAsync(new RecordPayment(Origin, Target, new PaymentId(_merchant, NewId()), "test")
            {
                Amount = new Money(10_00, Euro),
                Instrument = NameOf(instrument),
            })).Attempt!;

        public async Task<(SessionId Session, Attempt Attempt, InstrumentId Instrument)> PayInSessionAsync(InstrumentSecret secret)
        {
            var id = new SessionId(_merchant, NewId());
            await DoAsync(new Core.Sessions.OpenSession(
                Origin, Target, id, 1, SessionScope.Ecom, new Money(10_00, Euro), "Fees", [PaymentChoice.Sepa], TimeSpan.FromHours(1)));
            var session = await new Storage.Reading.Sessions(Own.Database).FindAsync(id, Cancel);
            var registering = await RegisteringAsync(secret, InstrumentStanding.Once) with { Account = session!.Target };
            var begun = await DoAsync(
                new SubmitSession(Origin, session, PaymentChoice.Sepa, new PaymentId(_merchant, NewId()), "test")
                {
                    Registering = registering,
                });
            return (id, begun.Attempt!, registering.Id);
        }

        public async Task ExpireAsync(SessionId id)
        {
            Clock.Pass(TimeSpan.FromHours(2));
            await DoAsync(new ExpireSession(Origin, (await new Storage.Reading.Sessions(Own.Database).FindAsync(id, Cancel))!));
        }

        public async Task AnswerAsync(Attempt attempt, Verdict verdict) => await DoAsync(new TakeAnswer(
            Origin, attempt, verdict switch
            {
                Verdict.Approved => ProviderAnswer.Approved,
                Verdict.Declined => ProviderAnswer.Declined(DeclineReason.Declined),
                _ => new ProviderAnswer(verdict),
            }));

        public async Task<bool> HasAsync(InstrumentId instrument) => await _vault.OpenAsync(instrument, Cancel) is not null;

        public async Task<(bool, string)> StandsAsync(InstrumentId instrument)
        {
            await using var command = Own.Database.CreateCommand("SELECT standing FROM instrument WHERE id = $1");
            command.Parameters.AddWithValue(instrument.Value);
            return (await HasAsync(instrument), (string)(await command.ExecuteScalarAsync(Cancel))!);
        }

        public Task<int> ForgetAsync() => Retention(Unused).ForgetUsedAsync(Cancel);

        public Task<int> ForgetUnusedAsync(bool forEver = false) => Retention(forEver ? null : Unused).ForgetUnusedAsync(Cancel);

        public PruningService Pruning(IHold hold, KeptLog<PruningService> log) => new(
            new Pruning(Own.Database, new Merchants(Own.Database, Clock), Clock), Retention(Unused),
            new FormerDataKeys(Own.Database, Clock), hold, Clock, log);

        public async ValueTask DisposeAsync()
        {
            await _engine.DisposeAsync();
            await Own.DisposeAsync();
        }

        private Retention Retention(TimeSpan? unused) =>
            new(Own.Database, new Merchants(Own.Database, Clock), new RetentionSettings(unused), Clock);

        private async Task<RegisterInstrument> RegisteringAsync(InstrumentSecret secret, InstrumentStanding standing)
        {
            var id = new InstrumentId(_merchant, NewId());
            var mandate = secret is Card ? null : new Mandate("M-1", MandateScheme.Sepa, new DateOnly(2026, 1, 2), MandateStatus.Active);
            return new RegisterInstrument(
                Origin, Target, id, NameOf(id), secret is Card ? PaymentMethod.BankCard : PaymentMethod.BankAccountDebit, secret.Masked)
            {
                Holding = new Holding(new Vaulted("sandbox", secret.Shown, mandate), await _vault.SealAsync(id, secret, Cancel)),
                Standing = standing,
            };
        }

        private Reference NameOf(InstrumentId instrument) => new(_merchant, "test", "instrument", $"{instrument.Value:D}");

        private Guid NewId() => Guid.CreateVersion7(Clock.GetUtcNow());

        private Task<Outcome> DoAsync(Command command) => _engine.DoAsync(command);
    }
}
