using System.Reflection;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Bookings;
using Quittance.Core.Disputes;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Providers;
using Quittance.Core.Refunds;
using Quittance.Core.Sessions;
using Quittance.Core.Settlements;
using Quittance.Storage.Rows;
using Quittance.Storage.Sealing;
using Quittance.Tests.Running;

namespace Quittance.Tests.Rows;

/// <summary>Every table is sent through insert, update and read with a value of its own in every column.</summary>
public sealed class TablesTests(BooksFixture books)
{
    private static readonly DateTimeOffset At = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);
    private static readonly Currency Francs = Currency.Parse("CHF");

    // The salt of each account that the test has written.
    private readonly Dictionary<AccountId, Guid> _salts = [];

    private MerchantId Merchant => books.DemoCompany;

    /// <summary>
    /// The columns that the statements of a table alone know: they are written once, when a file is imported, and are in no row.
    /// </summary>
    private static readonly string[] OfImports =
    [
        "statement.account_hash", "statement.first_on", "statement.last_on", "statement.shared", "statement.shared_minor",
    ];

    [Fact]
    public async Task Rows_AreReadAsTheyWereWritten_AndAsTheyWereChanged()
    {
        await using var connection = await OpenAsync();
        var account = await AccountAsync(connection, "Ada");
        var order = new Order(new OrderId(Merchant, Id()), account.Id, 101, 2, 3, 4);
        await ChangeAsync(connection, Tables.Order, order, row => row with
        {
            DepositAskedMinor = 105,
            DepositPaidMinor = 6,
            EarmarkedMinor = 7,
            Events = 8,
        });
        var charge = new Charge(
            new ChargeId(Merchant, Id()), account.Id, order.Id, 9, "Services", "r-1", "d-1", "Text", new DateOnly(2026, 5, 6),
            new Money(1000, Francs), 11, 12)
        {
            ReferenceNumber = 13,
        };
        await ChangeAsync(connection, Tables.Charge, charge, row => row with { AllocatedMinor = 14, CreditedMinor = 15 });
        await InsertAsync(
            connection, Tables.Charge,
            charge with
            {
                Id = new ChargeId(Merchant, Id()),
                Order = null,
                Reference = null,
                Document = null,
                Description = null,
                ReferenceNumber = null
            });
        await ChangeAsync(connection, Tables.Instrument, Card(account.Id), row => row with { Standing = InstrumentStanding.Inactive });
        var debit = Debit(account.Id);
        await WriteAsync(connection, (batch, merchants) => Tables.Mandate.Insert(batch, merchants, [debit]));
        await AssertSealedAlikeAsync(connection, Tables.Mandate, debit, "instrument_id", debit.Id.Value);
        await ChangeAsync(connection, Tables.Instrument, debit, row => row with { Standing = InstrumentStanding.Once });
        await InsertAsync(
            connection, Tables.Instrument, new Instrument(new InstrumentId(Merchant, Id()), account.Id, "cash", PaymentMethod.Cash, null));
    }

    [Fact]
    public async Task RowsOfPayments_AreReadAsTheyWereWritten_AndAsTheyWereChanged()
    {
        await using var connection = await OpenAsync();
        var account = (await AccountAsync(connection, "Ida")).Id;
        var payment = new Payment(
            new PaymentId(Merchant, Id()), 9_000_000_001, account, "tmf676", PaymentStatus.Authorised, new Money(1000, Francs), 16,
            PaymentMethod.BankCard,
            new InstrumentId(Merchant, Id()), """{"a":1}""", 17, At)
        {
            ReversedMinor = 18,
            RefundedMinor = 19,
        };
        await ChangeAsync(connection, Tables.Payment, payment, row => row with
        {
            Status = PaymentStatus.Captured,
            AllocatedMinor = 20,
            Events = 21,
            StatusAt = At.AddDays(1),
            ReversedMinor = 22,
            RefundedMinor = 23,
        });
        await InsertAsync(connection, Tables.Payment, new Payment(
            new PaymentId(Merchant, Id()), 9_000_000_002, account, "midnight", PaymentStatus.Pending, null, 0, PaymentMethod.Check, null,
            null, 1, At));
        await ChangeAsync(connection, Tables.Attempt, Attempt(payment), row => row with
        {
            Status = AttemptStatus.Declined,
            Reason = DeclineReason.Expired,
            Note = "n",
            Unanswered = 26,
            Events = 27,
            DueAt = null,
            RedirectTo = "https://b",
            IsJudged = true,
            ProviderReference = "pr-1",
        });
        await InsertAsync(connection, Tables.Attempt, new Attempt(
            new AttemptId(Merchant, Id()), payment.Id, account, 3, "gateway", Verb.Authorise, new Money(2, Francs), At));
        var dispute = new Dispute(
            new DisputeId(Merchant, Id()), payment.Id, "gateway", "d-9", DisputeKind.ReturnedDebit, DisputeStatus.Open, 40, 28, 29, At)
        {
            Reason = DeclineReason.InsufficientFunds,
        };
        await InsertAsync(connection, Tables.Dispute, dispute);
        await UpsertAsync(connection, Tables.Dispute, dispute with { Status = DisputeStatus.Lost, ReversedMinor = 31 });
        var refund = new Refund(
            new RefundId(Merchant, Id()), 9_000_000_003, payment.Id, account, "tmf676", new Money(30, Francs), RefundStatus.Pending,
            new AttemptId(Merchant, Id()), """{"b":2}""", 31, At)
        {
            TakenBy = 32,
            ShareOf = new RefundId(Merchant, Id()),
        };
        await ChangeAsync(connection, Tables.Refund, refund, row => row with
        {
            Amount = new Money(33, Francs),
            Status = RefundStatus.Failed,
            TakenBy = 34,
            Events = 35,
            StatusAt = At.AddDays(2),
        });
        await InsertAsync(connection, Tables.Refund, new Refund(
            new RefundId(Merchant, Id()), 9_000_000_004, null, account, "oracle-brm", null, RefundStatus.Done, null, null, 1,
            At)
        { TakenBy = 0 });
    }

    [Fact]
    public async Task RowsOfTheRest_AreReadAsTheyWereWritten_AndAsTheyWereChanged()
    {
        await using var connection = await OpenAsync();
        var passenger = await AccountAsync(connection, "Grace");
        var account = passenger.Id;
        var session = new Session(
            new SessionId(Merchant, Id()), account, 5, 36, SessionScope.MemberAccount, new Money(37, Francs), "Text",
            [PaymentChoice.Cash, PaymentChoice.SwissDebit], At)
        {
            RequiresSignature = true,
            ShowsInstruments = false,
        };
        await ChangeAsync(connection, Tables.Session, session, row => row with
        {
            Status = SessionStatus.Used,
            Payment = new PaymentId(Merchant, Id()),
            Instrument = new InstrumentId(Merchant, Id()),
            Page = new SessionPage("stripe", "cs_test_a"),
            Events = 38,
        });
        var departure = new Departure(new DepartureId(Merchant, Id()), 39, 40);
        await InsertAsync(connection, Tables.Departure, departure);
        await UpsertAsync(connection, Tables.Departure, departure with { Seats = 41, Taken = 42 });
        var booking = new Booking(
            new BookingId(Merchant, Id()), departure.Id, account, new ChargeId(Merchant, Id()), Id(), new Money(43, Francs), At)
        {
            Trip = Id(),
            Passenger = passenger.Name,
            HasDog = true,
        };
        await ChangeAsync(connection, Tables.Booking, booking, row => row with
        {
            Status = BookingStatus.Confirmed,
            Payment = new PaymentId(Merchant, Id()),
            Tries = 62,
            Events = 44,
        });
        var line = new SettlementLine(
            new SettlementLineId(Merchant, Id()), new StatementId(Merchant, Id()), 45, StatementSource.Csv, "CH93",
            SettlementLineKind.Chargeback,
            new DateOnly(2026, 7, 8), new Money(-46, Francs), 47, SettlementStatus.Open, 0)
        {
            Counterparty = "c",
            Remittance = "r",
            EndToEnd = "e",
            CounterpartyHash = Enumerable.Repeat((byte)4, 32).ToArray(),
            IsReferenced = true,
            Place = 48,
            Resembles = new SettlementLineId(Merchant, Id()),
            Salt = Id(),
        };
        await ChangeAsync(connection, Tables.SettlementLine, line, row => row with
        {
            Status = SettlementStatus.Booked,
            Use = SettlementUse.Payout,
            Payment = new PaymentId(Merchant, Id()),
            Settles = Id(),
            Note = "n",
            Events = 48,
        });
        await InsertAsync(connection, Tables.SettlementLine, line with
        {
            Id = new SettlementLineId(Merchant, Id()),
            Counterparty = null,
            Remittance = null,
            EndToEnd = null,
            CounterpartyHash = null,
        });
        var given = new NameRow(new Reference(Merchant, "d", "k", $"{Id()}"), new NamedObject(account, 6, Id()));
        await InsertAsync(connection, Tables.Reference, given, "object_id", given.NamedObject.Object);
    }

    [Fact]
    public async Task RowsThatAreReadInSums_StandAsTheyWereWritten()
    {
        await using var connection = await OpenAsync();
        var (subject, holder, charge, request) = (Id(), Id(), new ChargeId(Merchant, Id()), Id());
        var debit = new LedgerAccount(Merchant, 8, LedgerKind.Receivable, holder, "p", Francs);
        // The database keeps microseconds.
        var happened = new Event(
            subject, 49, EventType.PaymentReversed, PaymentStatus.Failed, new(At.AddTicks(7), new(2026, 3, 3), new(2026, 3, 2)),
            new Origin(Merchant, 50, request), []);
        var transfer = new TransferLine(happened, 51, new Transfer(debit, debit with { Kind = LedgerKind.Fees }, 52, charge), Id(), Id());
        var balance = new BalanceChange(debit, Id(), 53, 54);
        var claim = new Claim(new PaymentId(Merchant, subject), 55, charge, 56);
        var other = new Claim(new PaymentId(Merchant, holder), 55, charge with { Value = holder }, 57);
        var sealedNumber = new VaultEntry(new InstrumentId(Merchant, subject), new Sealed(new byte[] { 1, 2 }, 57, new byte[32]))
        {
            IsOnce = true,
        };
        var kept = new KeptAnswer(
            new RequestKey(Merchant, "s", $"{subject}", 58), new byte[] { 3 }, subject, 59, [new Fault(Refusal.NothingDue, 60)],
            At);

        await WriteAsync(connection, (batch, merchants) =>
        {
            Tables.Event.Insert(batch, merchants, [happened]);
            Tables.Transfer.Insert(batch, merchants, [transfer]);
            Tables.LedgerAccount.Upsert(batch, merchants, [balance]);
            Tables.LedgerAccount.Upsert(batch, merchants, [balance with { DebitsMinor = 100 }]);
            Tables.LedgerAccount.Update(batch, merchants, [balance with { CreditsMinor = 200 }]);
            Tables.Claim.Insert(batch, merchants, [claim]);
            Tables.Claim.Insert(batch, merchants, [other]);
            Tables.Claim.Update(batch, merchants, [claim with { IsLive = false }]);
            Tables.VaultEntry.Insert(batch, merchants, [sealedNumber]);
            Tables.KeptAnswer.Insert(batch, merchants, [kept]);
        });

        await AssertStandsAsync(
            connection, Tables.Event, "subject_id", subject,
            $"{subject} 49 payment.reversed failed {Time(At)} 50 {request} 2026-03-03 2026-03-02");
        await AssertStandsAsync(
            connection, Tables.Transfer, "subject_id", subject,
            $"{subject} 49 51 {transfer.Debit} {transfer.Credit} 52 CHF {charge.Value}");
        await AssertStandsAsync(connection, Tables.LedgerAccount, "id", balance.Id,
            $"{balance.Id} 8 receivable {holder} p CHF {53 + 100 + 53} {54 + 54 + 200}");
        await AssertStandsAsync(connection, Tables.Claim, "payment_id", subject, $"{subject} 55 {charge.Value} 56 f");
        await AssertStandsAsync(connection, Tables.Claim, "payment_id", holder, $"{holder} 55 {holder} 57 t");
        await AssertStandsAsync(
            connection, Tables.VaultEntry, "instrument_id", subject, $"{subject} 57 \\x0102 \\x{new string('0', 64)} t");
        await AssertStandsAsync(
            connection, Tables.KeptAnswer, "subject_id", subject, $"s {subject} 58 \\x03 {subject} 59 nothing_due:60 {Time(At)}");
        await AssertSealedAlikeAsync(connection, Tables.Event, happened, "subject_id", subject);
        await AssertSealedAlikeAsync(connection, Tables.Transfer, transfer, "subject_id", subject);
        await AssertSealedAlikeAsync(connection, Tables.Claim, claim with { IsLive = false }, "payment_id", subject);
    }

    [Fact]
    public void Lists_ThatReadAlike_HaveHashesOfTheirOwn()
    {
        static string Of(params string?[] values)
        {
            var cells = new CellBuffer();
            cells.Add("list"u8.ToArray(), values);
            return Convert.ToHexString(cells.Bytes);
        }

        Assert.Equal(6, new[] { Of(), Of(""), Of("a b"), Of("a", "b"), Of("", "a b"), Of((string?)null) }.Distinct().Count());
    }

    [Fact]
    public async Task EveryColumn_OfTheTables_IsSaid()
    {
        Dictionary<string, HashSet<string>> said = [];
        foreach (var field in typeof(Tables).GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => !field.IsLiteral))
        {
            var table = field.GetValue(null)!;
            said[Of<string>(table, "Name")] = [.. Of<IEnumerable<string>>(table, "ColumnNames")];
        }

        await using var command = books.Database.CreateCommand("""
            SELECT table_name::text, column_name::text FROM information_schema.columns WHERE table_name = ANY($1) AND is_generated = 'NEVER'
            """);
        command.Parameters.Add(new() { Value = said.Keys.ToArray() });
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        List<string> unsaid = [];
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            if (!said[reader.GetString(0)].Remove(reader.GetString(1)))
                unsaid.Add($"{reader.GetString(0)}.{reader.GetString(1)}");
        }

        Assert.Equal(OfImports, unsaid.Order(StringComparer.Ordinal));
        Assert.Empty(said.Values.SelectMany(unknown => unknown));
    }

    private static T Of<T>(object table, string property) => (T)table.GetType().GetProperty(property)!.GetValue(table)!;

    private static Guid Id() => Guid.CreateVersion7(At);

    private static string Time(DateTimeOffset at) => $"{at.UtcDateTime:yyyy-MM-dd HH:mm:ss}+00";

    private Instrument Card(AccountId account) => new(new InstrumentId(Merchant, Id()), account, "i-1", PaymentMethod.TokenizedCard, "Mine")
    {
        Standing = InstrumentStanding.Saved,
        Vaulted = new Vaulted("gateway", new MaskedInstrument(InstrumentKind.Card, "4242")
        {
            Scheme = CardScheme.Visa,
            Country = "DE",
            Expiry = new CardExpiry(2, 2028),
            Holder = "A. L.",
        }),
    };

    private Instrument Debit(AccountId account) =>
        new(new InstrumentId(Merchant, Id()), account, "i-2", PaymentMethod.BankAccountDebit, null)
        {
            Standing = InstrumentStanding.Current,
            Vaulted = new Vaulted(
            "gateway", new MaskedInstrument(InstrumentKind.IbanAccount, "1234"),
            new Mandate("M-1", MandateScheme.SwissLsv, new DateOnly(2026, 1, 2), MandateStatus.Active)
            {
                FirstUsedOn = new DateOnly(2026, 1, 3),
                LastUsedOn = new DateOnly(2026, 1, 4),
                Source = MandateSource.Paper,
                IsForOneDebit = true,
                FormerReference = "M-0",
                FormerCreditor = CreditorIdentifier.Parse("DE98ZZZ09999999999"),
            }),
        };

    private Attempt Attempt(Payment payment) => new(
        new AttemptId(Merchant, Id()), payment.Id, payment.Account, 9, "gateway", Verb.Void, new Money(24, Francs), At)
    {
        Authorisation = new AttemptId(Merchant, Id()),
        Instrument = payment.Instrument,
        Mandate = "M-2",
        ReturnTo = "https://a",
        CapturesAtOnce = true,
        Remainder = Remainder.OldestDueFirst,
        DueAt = At.AddHours(1),
    };

    /// <summary>A connection that asks for no other rows, in a transaction that is never committed.</summary>
    private async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = await books.Database.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var begin =
            new NpgsqlCommand("BEGIN; SET LOCAL session_replication_role = replica; SET LOCAL TIME ZONE 'UTC'", connection);
        await begin.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        return connection;
    }

    private async Task ChangeAsync<TRow>(NpgsqlConnection connection, Table<TRow> table, TRow row, Func<TRow, TRow> change)
        where TRow : notnull
    {
        await InsertAsync(connection, table, row);
        var changed = change(row);
        Assert.NotEqual(row, changed);
        await WriteInBothFormsAsync(
            connection, (batch, merchants, few) => table.Update(batch, merchants, [changed], few),
            () => AssertReadAsync(connection, table, changed, "id", IdOf(row)));
    }

    private Task InsertAsync<TRow>(NpgsqlConnection connection, Table<TRow> table, TRow row)
        where TRow : notnull => InsertAsync(connection, table, row, "id", IdOf(row));

    private async Task InsertAsync<TRow>(NpgsqlConnection connection, Table<TRow> table, TRow row, string key, Guid id)
        where TRow : notnull
    {
        await WriteInBothFormsAsync(
            connection, (batch, merchants, few) => table.Insert(batch, merchants, [row], few),
            () => AssertReadAsync(connection, table, row, key, id));
    }

    private async Task UpsertAsync<TRow>(NpgsqlConnection connection, Table<TRow> table, TRow row)
        where TRow : notnull
    {
        await WriteInBothFormsAsync(
            connection, (batch, merchants, few) => table.Upsert(batch, merchants, [row], few),
            () => AssertReadAsync(connection, table, row, "id", IdOf(row)));
    }

    /// <summary>Writes a row as one of many, takes that back, and writes it by a statement of its own.</summary>
    private async Task WriteInBothFormsAsync(
        NpgsqlConnection connection, Action<NpgsqlBatch, long[], int> add, Func<Task> assertWritten)
    {
        await ExecuteAsync("SAVEPOINT of_many");
        await WriteAsync(connection, (batch, merchants) => add(batch, merchants, 0));
        await assertWritten();
        await ExecuteAsync("ROLLBACK TO of_many");

        await WriteAsync(connection, (batch, merchants) => add(batch, merchants, 1));
        await assertWritten();

        async Task ExecuteAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
    }

    private async Task WriteAsync(NpgsqlConnection connection, Action<NpgsqlBatch, long[]> add)
    {
        await using var batch = new NpgsqlBatch(connection);
        add(batch, [Merchant.Value]);
        Assert.Equal(batch.BatchCommands.Count, await batch.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));
    }

    private async Task AssertReadAsync<TRow>(NpgsqlConnection connection, Table<TRow> table, TRow expected, string key, Guid id)
        where TRow : notnull
    {
        var query = table.By($"t.{key} = k.id", "LIMIT 1");
        await using (var several = new NpgsqlBatch(connection))
        {
            several.Statement(query.OfSeveral).With(new[] { Merchant.Value }).With(new[] { id }).With(new[] { Merchant.Value });
            await using var row = await several.ExecuteReaderAsync(TestContext.Current.CancellationToken);
            Assert.True(await row.ReadAsync(TestContext.Current.CancellationToken));
            Assert.Equivalent(expected, table.Read(row), strict: true);
        }

        await using var batch = new NpgsqlBatch(connection);
        batch.Statement(query.OfOne).With(Merchant.Value).With(id);
        await using var reader = await batch.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        Assert.True(await reader.ReadAsync(TestContext.Current.CancellationToken));
        Assert.Equal(table.Width, reader.FieldCount);
        var read = table.Read(reader);
        Assert.Equivalent(expected, read, strict: true);
        await reader.DisposeAsync();
        if (table.IsSealed)
            await AssertSealedAlikeAsync(connection, table, expected, key, id);
    }

    /// <summary>A row has one hash: as it is written, and as the database gives it back.</summary>
    private async Task AssertSealedAlikeAsync<TRow>(
        NpgsqlConnection connection, Table<TRow> table, TRow row, string key, Guid id)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Statement(table.Sealed.Select($"x.{key} = $2")).With(table.MerchantOf(row).Value).With(id);
        await using var reader = await batch.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        Assert.True(await reader.ReadAsync(TestContext.Current.CancellationToken));
        byte[] written = new byte[RowDigest.Size], read = new byte[RowDigest.Size];
        Assert.True(table.TryHash(row, account => _salts[account], new RowDigest(), written));
        table.Sealed.Hash(reader, new RowDigest(), read);
        Assert.NotEqual(new byte[RowDigest.Size], read);
        Assert.Equal(written, read);
    }

    private async Task AssertStandsAsync<TRow>(NpgsqlConnection connection, Table<TRow> table, string key, Guid id, string expected)
    {
        await using var command =
            new NpgsqlCommand($"SELECT concat_ws(' ', {table.Of("x")}) FROM {table.Name} x WHERE {key} = $1", connection)
            {
                Parameters = { new() { Value = id } },
            };
        Assert.Equal($"{Merchant.Value} {expected}", await command.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    private async Task<Account> AccountAsync(NpgsqlConnection connection, string name)
    {
        var account = new Account(new AccountId(Merchant, Id()), 7, 4711, Francs, name) { Salt = Salts.Draw() };
        _salts[account.Id] = account.Salt;
        await WriteAsync(connection, (batch, merchants) => Tables.AccountHolder.Insert(batch, merchants, [account]));
        await InsertAsync(connection, Tables.Account, account);
        await AssertSealedAlikeAsync(connection, Tables.AccountHolder, account, "account_id", account.Id.Value);
        return account;
    }

    private static Guid IdOf(object row)
    {
        dynamic id = ((dynamic)row).Id;
        return id.Value;
    }
}
