using System.CommandLine;
using System.Globalization;
using Npgsql;
using Quittance.BackOffice.Acts;
using Quittance.BackOffice.BankStatements;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Acts;
using Quittance.Core.Corrections;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;
using Quittance.Dialects.Tmf676;
using Quittance.Providers;
using Quittance.Storage.Lanes;
using Quittance.Storage.Migrating;
using Quittance.Storage.Overdue;
using Quittance.Storage.Providers;
using Quittance.Storage.Settlements;
using Quittance.Storage.Tenancy;
using Quittance.Storage.Vault;
using Quittance.Storage.Webhooks;

namespace Quittance.Host.Cli;

/// <summary>A command can't do what it was asked; the message says why and what to do.</summary>
internal sealed class CommandException(string message) : Exception(message)
{
    public static void ThrowIfRefused(Outcome outcome, string consequence)
    {
        if (!outcome.Accepted)
            throw new CommandException($"{consequence}: {ReasonOf(outcome)}.");
    }

    /// <summary>A command that has changed nothing.</summary>
    /// <param name="why">The reason, behind a colon.</param>
    public static CommandException Unchanged(string why) => new($"Nothing was changed: {why}");

    /// <summary>The reasons of a refusal in words.</summary>
    public static string ReasonOf(Outcome outcome) => string.Join("; ", outcome.Faults.Select(fault => RefusalText.Of(fault.Refusal)));
}

/// <summary>One run of a command: its options, and the books that it opens. It closes them at its end.</summary>
internal sealed class Run(ParseResult options, IProgress<string> progress, TimeProvider clock, CancellationToken cancel) : IAsyncDisposable
{
    private OpenDatabase? _database;
    private bool _isToChange;
    private PostgresVault? _vault;
    private PaymentEngine? _engine;

    public IProgress<string> Progress { get; set; } = progress;

    public TimeProvider Clock => clock;

    public CancellationToken Cancel => cancel;

    /// <summary>0 for success; 1 where the command found or left something wrong, and printed it.</summary>
    public int ExitCode { get; set; }

    public OpenDatabase Database => _database ?? throw new InvalidOperationException("The command has opened no books yet.");

    /// <summary>The connection string of an external PostgreSQL; null for the embedded one.</summary>
    public string? ExternalDatabase => Options.DatabaseOf(Get(Options.Database));

    public T? Get<T>(Option<T> option) => Read(option.Name, options.GetValue(option));

    public T? Get<T>(Argument<T> argument) => Read(argument.Name, options.GetValue(argument));

    public T Required<T>(Option<T> option) => Read(option.Name, options.GetRequiredValue(option));

    public T Required<T>(Argument<T> argument) => Read(argument.Name, options.GetRequiredValue(argument));

    /// <summary>The API that was named.</summary>
    public Api Api() => Host.Api.All.First(api => api.Dialect == options.GetValue(Options.Api));

    /// <summary>The reason that an operator typed, as the audit log keeps it: without numbers of cards.</summary>
    public static string ReasonOf(string typed) =>
        typed.Trim() is { Length: <= OperatorAction.LongestReason } reason && OneLine.IsName(reason) ? CardNumberMask.Apply(reason)
            : throw new CommandException($"--reason has 1 to {OperatorAction.LongestReason} characters, {OneLine.Rule}.");

    /// <summary>The amount that an option has, as people type amounts; null where it is not said.</summary>
    /// <param name="option">The name of the option.</param>
    /// <param name="mayBeZero">Whether it can be zero; else it is above zero.</param>
    public static Money? AmountOf(string option, string? typed, Currency currency, bool mayBeZero = false)
    {
        if (typed is null)
            return null;
        return TypedAmount.Read(typed, currency, out var amount, mayBeZero) is not { } problem ? amount
            : throw new CommandException($"{option} {typed}: {problem}");
    }

    /// <summary>The address of the server that was named, without a slash at the end: links to it are secrets.</summary>
    public string ServerAddress() => ServerAddress(Get(Options.Server));

    /// <summary>The address of a server as it was typed, without a slash at the end.</summary>
    public static string ServerAddress(string? typed) =>
        Uri.TryCreate(typed, UriKind.Absolute, out var server) && SecretAddress.Allows(server)
            ? server.AbsoluteUri.TrimEnd('/')
            : throw new CommandException("--server must be an https address, or one of this machine.");

    /// <summary>Erases only with --yes, or when someone at the terminal agrees.</summary>
    public void ConfirmErasing(string question)
    {
        if (!options.GetValue(Options.Yes) && !Terminal.IsConfirmed(question))
            throw new CommandException("Nothing was erased. Say --yes to do it without being asked.");
    }

    /// <summary>For a command that only reads: it neither makes books nor changes their schema.</summary>
    public async Task<NpgsqlDataSource> ReadAsync() => (_database ??= await OpenDatabase.ExistingAsync(this)).Source;

    /// <summary>For a command that writes, also beside a running server. It needs the master key, which proves what it writes.</summary>
    public async Task<NpgsqlDataSource> ChangeAsync()
    {
        if (!_isToChange && _database is not null)
            throw new InvalidOperationException("The command has opened its books to read alone.");
        _database ??= await OpenDatabase.OwnOrShareAsync(this);
        _isToChange = true;
        await OpenVaultAsync();
        return _database.Source;
    }

    /// <summary>For a command that treats books of any version, or none.</summary>
    public async Task<NpgsqlDataSource> OpenAsync(Func<Run, Task<OpenDatabase>> open) => (_database = await open(this)).Source;

    /// <summary><see cref="ReadAsync"/>, and the merchant that was named.</summary>
    public async Task<(NpgsqlDataSource Books, MerchantId Merchant)> ReadMerchantAsync() => (await ReadAsync(), await MerchantAsync());

    /// <summary><see cref="ChangeAsync"/>, and the merchant that was named.</summary>
    public async Task<(NpgsqlDataSource Books, MerchantId Merchant)> ChangeMerchantAsync() => (await ChangeAsync(), await MerchantAsync());

    /// <summary>A merchant's day.</summary>
    public Task<DateOnly> TodayAsync(NpgsqlDataSource books, MerchantId merchant) => books.DayAsync(merchant, clock.GetUtcNow(), cancel);

    /// <summary>An engine of the command's own; safe beside any server on the same database.</summary>
    /// <param name="asksForMail">
    /// False for a server that sends no mail. What the events of a command ask for is sent by the server beside it.
    /// </param>
    public PaymentEngine StartEngine(EngineOptions? settings = null, bool asksForMail = true) =>
        _engine = new(
            new PostgresStore(Database.Source) { AsksForMail = asksForMail }, clock,
            settings ?? new EngineOptions { FollowUp = FollowMerge.After });

    /// <summary>Opens the vault with the master key, which also proves what the command writes.</summary>
    public async Task<PostgresVault> OpenVaultAsync()
    {
        if (_vault is null)
        {
            var key = await MasterKeySource.FindAsync(this, Database.Source);
            // Where the vault has sealed data, it says by itself that the key is another.
            if (await new MasterKeyRotation(Database.Source, clock).NeededIdAsync(cancel) is { } needed && needed != key.Id
                && await new MasterKeyRotation(Database.Source, clock).CurrentIdAsync(cancel) is null)
            {
                throw new CommandException(
                    $"The books are sealed with the master key {needed}, and the one at hand is {key.Id}. Name the right one with "
                    + "--master-key-file or the variable QUITTANCE_MASTER_KEY.");
            }

            MasterKeySource.Prove(this, Database.Source, key);
            _vault = await PostgresVault.OpenAsync(Database.Source, key, clock, cancel);
        }

        return _vault;
    }

    /// <summary>What was typed: a text without marks of direction, a day within the <see cref="DayWindow"/>.</summary>
    private static T Read<T>(string name, T typed) => typed switch
    {
        string text => (T)(object)OneLine.WithoutMarks(text),
        string[] texts => (T)(object)Array.ConvertAll(texts, OneLine.WithoutMarks),
        DateOnly day when !DayWindow.Holds(day) => throw new CommandException($"{name} must be a day {DayWindow.Rule}."),
        _ => typed,
    };

    /// <summary>A moment that is past; null where the option is not given.</summary>
    public DateTimeOffset? PastMoment(Option<string?> option)
    {
        if (Get(option) is not { } text)
            return null;
        if (!DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment)
            || !DayWindow.Holds(moment))
        {
            throw new CommandException($"{option.Name} must be a moment, such as 2026-11-21T18:00Z, {DayWindow.Rule}.");
        }

        return moment <= clock.GetUtcNow() ? moment : throw new CommandException($"{option.Name} lies in the future.");
    }

    /// <summary>The command as the audit log records it.</summary>
    /// <param name="merchant">The merchant whose books it changes.</param>
    /// <param name="what">The action, such as <c>payment.refund</c>.</param>
    /// <param name="subject">The thing that it changes, in people's words.</param>
    /// <param name="reason">The operator's reason, where the command asks for one.</param>
    public Origin By(MerchantId merchant, string what, string subject, string reason = "") =>
        new(merchant, Credential: 0, NewId())
        {
            Action = new OperatorAction(null, OperatorAction.CommandLine, what, subject, reason),
        };

    /// <summary>
    /// Does a declared act for the merchant that was named. A mistake that the user can correct ends the command, and nothing has changed.
    /// </summary>
    /// <param name="asked">The answers to what it asks.</param>
    /// <param name="reason">The operator's reason, as it was typed; null where the command asks for none.</param>
    public async Task<ActResult> DoAsync(DeclaredAct act, Asked asked, string? reason, Action<IServiceCollection>? addParts = null)
    {
        var said = reason is null ? "" : ReasonOf(reason);
        foreach (var ask in act.Asks.Where(ask => ask.Kind == AskKind.Text))
            asked.With(ask.Name, asked.Text(ask.Name) is { } typed ? ask.TextOf(typed) : null);
        var (books, merchant) = await ChangeMerchantAsync();
        var services = new ServiceCollection().AddSingleton(books).AddSingleton(clock)
            .AddSingleton(_ => StartEngine()).AddSingleton<IVault>(_vault!).AddSingleton<ProviderAccounts>()
            .AddSingleton<IProviderAccounts>(all => all.GetRequiredService<ProviderAccounts>())
            .AddSingleton<DunningPolicies>().AddSingleton<RetryPolicies>()
            .AddSingleton<ApprovalLimits>().AddSingleton<ProviderRoutes>().AddSingleton<Merchants>()
            .AddSingleton<Payees>().AddSingleton<Deliveries>().AddSingleton<Subscriptions>()
            .AddSingleton(all => new SettlementDesk(
                books, all.GetRequiredService<PaymentEngine>(), clock, Tmf676Requests.PartsOf, all.GetRequiredService<KnownProviders>(),
                all.GetRequiredService<ProviderAccounts>(), all.GetRequiredService<StatementFormats>()))
            .AddSingleton(new Clients(books, clock, new HashSet<string>()))
            .AddSingleton(new People(books, clock, new HashSet<string>()))
            .AddSingleton(new KnownProviders(ProviderDirectory.Connected)).AddSingleton(Host.Api.CustomerNames)
            .AddActs();
        addParts?.Invoke(services);
        await using var parts = services.BuildServiceProvider();
        var result = await act.DoAsync(new ActRequest(
            merchant, asked, said, (subject, why) => By(merchant, act.Word, subject, why), Key: null, parts, cancel));
        return result switch
        {
            { IsDone: true } => result,
            { Refusal: { } refusal } => throw CommandException.Unchanged($"{RefusalText.Of(refusal)}."),
            _ => throw new CommandException(result.Sentence),
        };
    }

    /// <summary>
    /// Tells the audit log of every merchant, or of one, what the command is about to read out of the books. Where no row can be written,
    /// the command goes on and says why there is none.
    /// </summary>
    /// <returns>Whether rows can be written.</returns>
    public async Task<bool> NoteAsync(string what, string subject, MerchantId? only = null)
    {
        if (await WhyNoRowAsync() is { } reason)
        {
            Progress.Report($"The audit log gets no row of this command: {reason}");
            return false;
        }

        var actions = new OperatorActions(Database.Source);
        var merchants = only is { } one ? [one]
            : (await new Merchants(Database.Source, clock).ListAsync(cancel)).Select(merchant => merchant.Id);
        foreach (var merchant in merchants)
            await actions.AddAsync(By(merchant, what, subject), clock.GetUtcNow(), cancel);
        return true;
    }

    /// <summary>Rows of the audit log are of this version's schema, and proven by the master key.</summary>
    private async Task<string?> WhyNoRowAsync()
    {
        if ((await Migrations.OfThisVersion.MissingAsync(Database.Source, cancel)).Count > 0)
            return "the books are of another version";
        await using var asked = Database.Source.CreateCommand(
            """
            SELECT CASE WHEN pg_is_in_recovery() THEN 'the database is a standby'
                        WHEN NOT (has_table_privilege('operator_action', 'INSERT') AND has_table_privilege('slot', 'UPDATE'))
                        THEN 'the role of the database may only read' END
            """);
        if (await asked.ExecuteScalarAsync(cancel) is string why)
            return why;
        if (await new MasterKeyRotation(Database.Source, clock).NeededIdAsync(cancel) is not { } needed)
            return null;
        if (MasterKeySource.AtHand(this).FirstOrDefault(key => key.Id == needed) is not { } proving)
            return "the master key is not at hand";
        MasterKeySource.Prove(this, Database.Source, proving);
        return null;
    }

    public Guid NewId() => Guid.CreateVersion7(clock.GetUtcNow());

    /// <summary>Prints the result: to programs one document, to people lines.</summary>
    public void Print(object document, Action text)
    {
        if (options.GetValue(Options.Json))
            Report.WriteJson(document);
        else
            text();
    }

    public void Print(object document, FormattableString line) => Print(document, () => Terminal.Line(line));

    public async ValueTask DisposeAsync()
    {
        if (_engine is not null)
            await _engine.DisposeAsync();
        if (_database is not null)
            await _database.DisposeAsync();
    }

    private async Task<MerchantId> MerchantAsync()
    {
        var id = new MerchantId(options.GetValue(Options.Merchant));
        var merchants = new Merchants(Database.Source, clock);
        if (await merchants.IsKnownAsync(id, cancel))
            return id;
        var known = await merchants.ListAsync(cancel);
        throw new CommandException(
            $"There is no merchant {id.Value}. Known: {string.Join(", ", known.Select(m => $"{m.Id.Value} ({m.Name})"))}.");
    }
}
