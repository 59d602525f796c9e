using Npgsql;
using Quittance.BackOffice.Acts;
using Quittance.BackOffice.BankCollections;
using Quittance.BackOffice.BankStatements;
using Quittance.BackOffice.Dues;
using Quittance.BackOffice.Providers;
using Quittance.Console;
using Quittance.Console.Layout;
using Quittance.Core.Access;
using Quittance.Core.Accounts;
using Quittance.Core.Acts;
using Quittance.Core.Attempts;
using Quittance.Core.Bookings;
using Quittance.Core.Books;
using Quittance.Core.Corrections;
using Quittance.Core.Debits;
using Quittance.Core.Dues;
using Quittance.Core.Engine;
using Quittance.Core.Executing;
using Quittance.Core.Instruments;
using Quittance.Core.Mails;
using Quittance.Core.Overdue;
using Quittance.Core.Profiles;
using Quittance.Core.Providers;
using Quittance.Core.Searching;
using Quittance.Core.Sessions;
using Quittance.Core.Webhooks;
using Quittance.Dialects.AccountPage;
using Quittance.Dialects.Http;
using Quittance.Dialects.Midnight;
using Quittance.Dialects.OAuth;
using Quittance.Dialects.OracleBrm;
using Quittance.Dialects.OwnApi;
using Quittance.Dialects.PaymentPage;
using Quittance.Dialects.SportAlliance;
using Quittance.Dialects.Tmf676;
using Quittance.Dialects.TrainTravel;
using Quittance.Dialects.TrainTravel.Timetables;
using Quittance.Dialects.Widget;
using Quittance.Host.Access;
using Quittance.Host.Debits;
using Quittance.Host.Demo;
using Quittance.Host.Dues;
using Quittance.Host.Mails;
using Quittance.Host.Overdue;
using Quittance.Host.Providers;
using Quittance.Host.Watching;
using Quittance.Host.Web;
using Quittance.Host.Webhooks;
using Quittance.Papers;
using Quittance.Papers.Letters;
using Quittance.Papers.Mails;
using Quittance.Providers;
using Quittance.Storage;
using Quittance.Storage.Backups;
using Quittance.Storage.Console;
using Quittance.Storage.Debits;
using Quittance.Storage.Dues;
using Quittance.Storage.Mails;
using Quittance.Storage.Moments;
using Quittance.Storage.Overdue;
using Quittance.Storage.Providers;
using Quittance.Storage.Reading;
using Quittance.Storage.Sealing;
using Quittance.Storage.Settlements;
using Quittance.Storage.Tenancy;
using Quittance.Storage.Vault;
using Quittance.Storage.Visits;
using Quittance.Storage.Webhooks;

namespace Quittance.Host;

/// <summary>The parts of a server, and of a command that takes payments to providers.</summary>
internal static class Composition
{
    // A lease outlasts the call to the provider and the work before and after it.
    private const int LeasePerTimeout = 3;

    public static EngineOptions EngineFor(ProviderTimeouts timeouts) => new()
    {
        Lease = timeouts.Total * LeasePerTimeout,
        FollowUp = FollowMerge.After,
    };

    public static ProviderOptions ProvidersOf(ServerSettings settings) => new()
    {
        Timeouts = settings.ProviderTimeouts,
        NoticeAddress = (merchant, provider) => new Uri(settings.PublicAddress.Base + NoticeRoutes.PathOf(merchant, provider)),
    };

    /// <summary>The books, the providers, and the collector between them.</summary>
    public static IServiceCollection AddCollecting(
        this IServiceCollection services, NpgsqlDataSource database, PaymentEngine engine, IVault vault, TimeProvider clock,
        ProviderOptions providers, AttemptSchedule schedule) => services
        .AddSingleton(clock).AddSingleton(database).AddSingleton(engine).AddSingleton(vault).AddSingleton(providers).AddSingleton(schedule)
        .AddSingleton<IBooks, Books>().AddSingleton<IAttempts, Attempts>().AddSingleton<IMandates, Mandates>()
        .AddSingleton<ProviderRoutes>().AddSingleton<IProviderRoutes>(all => all.GetRequiredService<ProviderRoutes>())
        .AddSingleton<ProviderRouting>().AddSingleton<ProviderAccounts>()
            .AddSingleton<IProviderAccounts>(all => all.GetRequiredService<ProviderAccounts>())
            .AddSingleton<IProviders, ProviderDirectory>()
        .AddSingleton<Collector>();

    /// <summary>The rest of a server.</summary>
    public static void AddServer(this IServiceCollection services, ServerSettings settings)
    {
        AddAccess(services, settings);
        services.AddSingleton(new SharedLimits(
            new BodyBudget(Math.Max(settings.BodyMemory, settings.BatchBodyLimit)),
            new RateLimit(settings.RequestLimit, TimeSpan.FromMinutes(1)), new ReadBudget(settings.ReadPlaces, settings.ReadPatience)));
        services.AddSingleton(all => all.GetRequiredService<SharedLimits>().Reads);
        services.AddSingleton(settings.CardTries).AddSingleton<CardTries>();
        services.AddSingleton<IReadOnlyList<Dialect>>(all => Dialects(settings, all));
        services.AddSingleton<IOrders, Orders>().AddSingleton<ISessions, Storage.Reading.Sessions>().AddSingleton<IBookings, Bookings>();
        services.AddSingleton<ILinks, Links>().AddSingleton<LinkDesk>().AddSingleton<Payees>()
            .AddSingleton<IPayees>(all => all.GetRequiredService<Payees>()).AddSingleton<Profiles>()
            .AddSingleton<IProfiles>(all => all.GetRequiredService<Profiles>()).AddSingleton<PaperDesk>();
        services.AddSingleton<IReceivables, ReceivableReading>().AddSingleton<ISearch, Search>().AddSingleton<IEventFeed, EventFeed>()
            .AddSingleton<SlotCatchUp>().AddSingleton<Merchants>().AddSingleton<MergedDebts>();

        services.AddSingleton<WriteProof>();
        services.AddSingleton<OutageService>().AddHostedService(all => all.GetRequiredService<OutageService>());
        services.AddSingleton<Epochs>().AddSingleton<HoldService>().AddSingleton<IHold>(all => all.GetRequiredService<HoldService>());
        services.AddHostedService(all => all.GetRequiredService<HoldService>());
        services.AddSingleton(settings.Topology).AddHostedService<RecoveryService>().AddHostedService<ExpiryService>();
        AddDues(services);
        AddMails(services, settings);
        services.AddSingleton(settings.Retention).AddSingleton<Retention>().AddSingleton<FormerDataKeys>();
        services.AddSingleton<Pruning>().AddHostedService<PruningService>().AddHostedService<BacklogService>();
        services.AddSingleton<Seals>()
            .AddHostedService(all => new SealService(
                all.GetRequiredService<Seals>(), settings, all.GetRequiredService<TimeProvider>(),
                all.GetRequiredService<ILogger<SealService>>()));
        services.AddSingleton<Checkpoints>().AddHostedService<CheckpointService>();

        AddProviders(services);
        AddWebhooks(services, settings);

        services.AddSingleton<ICrossOrigins>(all => new CrossOrigins(
            all.GetRequiredService<Merchants>(), all.GetRequiredService<TimeProvider>(), settings.IsDemo));
        services.AddSingleton<IEmbeddingOrigins>(all => new EmbeddingOrigins(
            all.GetRequiredService<ISessions>(), all.GetRequiredService<ICredentials>(), settings.IsDemo));
        services.AddSingleton<WidgetFiles>();
        services.AddSingleton(new AwaitedMoney(Tmf676Requests.PartsOf));
        services.AddSingleton(all => new SettlementDesk(
            all.GetRequiredService<NpgsqlDataSource>(), all.GetRequiredService<PaymentEngine>(), all.GetRequiredService<TimeProvider>(),
            Tmf676Requests.PartsOf, all.GetRequiredService<KnownProviders>(), all.GetRequiredService<IProviderAccounts>(),
            all.GetRequiredService<StatementFormats>()));
        services.AddSingleton<LostFileDesk>().AddSingleton<BankFileDesk>().AddSingleton<BankFolder>().AddHostedService<FolderService>()
            .AddHostedService<EndedDebitService>();
        services.AddSingleton(Api.CustomerNames).AddActs();
        services.AddConsole(new ConsoleSettings(settings.PublicAddress.Base, settings.IsDemo)
        {
            Idle = settings.ConsoleIdle,
            SendsMail = settings.Mail is not null,
            ReceiverIn = typed => CallbackAddress.Parse(typed) is var address
                && CallbackAddress.ExpectedOf(address, settings.Webhooks.AllowsPrivateNetworks) is { } expected
                ? (null, expected) : (address, null),
            Apis = [.. Api.All.Select(api => api.Offered)],
            SingleSignOn = settings.SingleSignOn,
        });
    }

    /// <summary>Providers: connecting them, and what they tell.</summary>
    private static void AddProviders(IServiceCollection services)
    {
        services.AddSingleton<Notices>().AddSingleton<NoticeDesk>().AddSingleton<NoticeRoutes>();
        services.AddSingleton<NoticeService>().AddHostedService(all => all.GetRequiredService<NoticeService>());
        services.AddSingleton<ReconcilingBooks>().AddSingleton<Reconciliation>().AddHostedService<ReconcileService>();
        services.AddSingleton<PayoutService>().AddHostedService(all => all.GetRequiredService<PayoutService>());
        services.AddSingleton(new KnownProviders(ProviderDirectory.Connected)).AddSingleton(ConnectableKinds.All)
            .AddSingleton<ProviderConnection>();
    }

    /// <summary>What is due: collecting it, and what follows where it is not paid.</summary>
    private static void AddDues(IServiceCollection services)
    {
        services.AddSingleton<DunningPolicies>().AddSingleton<Dunnings>().AddSingleton<IDunnings>(all => all.GetRequiredService<Dunnings>())
            .AddSingleton<RetryPolicies>().AddSingleton<Retries>().AddSingleton<IRetries>(all => all.GetRequiredService<Retries>())
            .AddSingleton<OverdueRuns>().AddHostedService<OverdueService>();
        services.AddSingleton<DueReading>().AddSingleton<IDues>(all => all.GetRequiredService<DueReading>()).AddSingleton<DueRuns>()
            .AddSingleton<DueDesk>().AddHostedService<DueService>();
        services.AddSingleton<DuePolicies>().AddSingleton<IDuePolicies>(all => all.GetRequiredService<DuePolicies>())
            .AddHostedService<DueMonthService>();
        services.AddSingleton<Autopays>().AddSingleton<IAutopays>(all => all.GetRequiredService<Autopays>());
    }

    /// <summary>Mail to customers. A server without a mail server sends none.</summary>
    private static void AddMails(IServiceCollection services, ServerSettings settings)
    {
        services.AddSingleton<LostTime>().AddSingleton<MailPolicies>().AddSingleton<MailSentences>().AddSingleton<MailQueue>()
            .AddSingleton<IMails>(all => all.GetRequiredService<MailQueue>())
            .AddSingleton<AccountVisits>().AddSingleton<IAccountVisits>(all => all.GetRequiredService<AccountVisits>());
        services.AddSingleton<IMailSentences>(all => all.GetRequiredService<MailSentences>()).AddSingleton<LetterDesk>();
        services.AddSingleton<IReminderLinks, ReminderLinks>().AddSingleton(all => new ReminderDesk(
            all.GetRequiredService<IReceivables>(), all.GetRequiredService<IDunnings>(),
            (all.GetRequiredService<LinkDesk>(), settings.PublicAddress.Base), all.GetRequiredService<IReminderLinks>(),
            all.GetRequiredService<TimeProvider>()));
        services.AddSingleton(all => new MailDesk(
            all.GetRequiredService<IBooks>(), all.GetRequiredService<IReceivables>(), all.GetRequiredService<IEventFeed>(),
            all.GetRequiredService<ReminderDesk>(), all.GetRequiredService<IAutopays>(), all.GetRequiredService<LinkDesk>(),
            all.GetRequiredService<PaperDesk>(), all.GetRequiredService<IProfiles>(), all.GetRequiredService<ICreditors>(),
            all.GetRequiredService<MailSentences>(),
            all.GetRequiredService<IAccountVisits>(), all.GetRequiredService<ICredentials>(),
            new OperatorLetters(
                new OperatorNews(all.GetRequiredService<NpgsqlDataSource>()),
                (kind, payment) => settings.PublicAddress.Base + OperatorPlaces.Of(kind, payment)),
            settings.PublicAddress.Base, all.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IBounceReader, BounceReader>();
        if (settings.Mail is { } mail)
        {
            if (mail.Bounces is not null)
                services.AddHostedService<BounceService>();
            services.AddSingleton(mail).AddSingleton<MailSender>().AddSingleton<ITestMail, TestMail>().AddHostedService<MailService>();
            services.AddSingleton<ExpiringCards>().AddSingleton<MonthStatements>().AddHostedService<TimedMailService>();
        }
    }

    private static void AddWebhooks(IServiceCollection services, ServerSettings settings)
    {
        services.AddSingleton<Subscriptions>().AddSingleton<ISubscriptions>(all => all.GetRequiredService<Subscriptions>())
            .AddSingleton<WebhookSecrets>()
            .AddSingleton(all => new Deliveries(all.GetRequiredService<NpgsqlDataSource>(), all.GetRequiredService<TimeProvider>())
            {
                AsksForMail = settings.Mail is not null,
            });
        services.AddSingleton(settings.Webhooks).AddSingleton<WebhookSender>().AddSingleton<ITestWebhook, TestWebhook>()
            .AddHostedService<WebhookService>();
    }

    /// <summary>Credentials, clients and people. Everyone knows the demo's secrets, so they open nothing outside the demo.</summary>
    private static void AddAccess(IServiceCollection services, ServerSettings settings)
    {
        var knownToEveryone = settings.IsDemo ? new HashSet<string>() : DemoCredentials.Secrets;
        services.AddSingleton(all => new Credentials(
            all.GetRequiredService<NpgsqlDataSource>(), all.GetRequiredService<IVault>(), all.GetRequiredService<TimeProvider>(),
            knownToEveryone, Api.Rights));
        if (settings.Issuer is { } issuer)
        {
            services.AddSingleton(issuer).AddSingleton<ICredentials, ExternalIssuer>();
        }
        else if (settings.IsDemo)
        {
            services.AddSingleton<ICredentials>(
                all => new DemoAccess(all.GetRequiredService<Credentials>(), all.GetRequiredService<IClients>()));
        }
        else
        {
            services.AddSingleton<ICredentials>(all => all.GetRequiredService<Credentials>());
        }

        services.AddSingleton(
            all => new Clients(
                all.GetRequiredService<NpgsqlDataSource>(), all.GetRequiredService<TimeProvider>(), knownToEveryone,
                all.GetRequiredService<IAccessWatch>()));
        services.AddSingleton<IIssuedCredentials>(all => all.GetRequiredService<IssuedCredentials>());
        services.AddSingleton<IClients>(all => all.GetRequiredService<Clients>());
        services.AddSingleton(
            all => new People(all.GetRequiredService<NpgsqlDataSource>(), all.GetRequiredService<TimeProvider>(), knownToEveryone));
        services.AddSingleton<IHttpContextAccessor, CurrentRequest>().AddSingleton<SecurityLog>()
            .AddSingleton<IAccessWatch>(all => all.GetRequiredService<SecurityLog>());
        services.AddSingleton<SecondFactors>().AddSingleton<Passkeys>().AddSingleton<PendingSignIns>();
        services.AddSingleton(all => new KnownDevices(
            all.GetRequiredService<People>(), all.GetRequiredService<IVault>(), settings.PublicAddress));
        services.AddSingleton(all => new AddressTries(settings.SignInLimit, all.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IPeople, SignIns>();
        services.AddSingleton(Api.Rights).AddSingleton<IAuthorisations, Authorisations>();
    }

    /// <summary>The dialects that this server speaks.</summary>
    private static IReadOnlyList<Dialect> Dialects(ServerSettings settings, IServiceProvider parts) =>
    [
        new MidnightRoutes(
            parts.GetRequiredService<IClients>(), parts.GetRequiredService<IAuthorisations>(), parts.GetRequiredService<IOrders>(),
            settings.BatchBodyLimit),
        new OracleBrmRoutes(settings.PublicAddress, settings.IsDemo),
        new OwnApiRoutes(
            settings.PublicAddress, parts.GetRequiredService<IReceivables>(), parts.GetRequiredService<ISearch>(),
            parts.GetRequiredService<SettlementDesk>(), parts.GetRequiredService<IIssuedCredentials>(), Api.All,
            parts.GetRequiredService<ConnectedProviders>(), parts.GetRequiredService<IEventFeed>(),
            parts.GetRequiredService<IAttempts>(), parts.GetRequiredService<AwaitedMoney>(),
            parts.GetRequiredService<PayOuts>(), parts.GetRequiredService<ILinks>(), parts.GetRequiredService<LinkDesk>(),
            parts.GetRequiredService<ISessions>(),
            parts.GetRequiredService<IDunnings>(), parts.GetRequiredService<DunningPolicies>(),
            parts.GetRequiredService<IRetries>(), parts.GetRequiredService<RetryPolicies>(),
            parts.GetRequiredService<IDues>(), parts.GetRequiredService<IDuePolicies>(), parts.GetRequiredService<IAutopays>(),
            settings.SessionLifetime,
            parts.GetRequiredService<ISubscriptions>(), parts.GetRequiredService<WebhookSecrets>(),
            settings.Webhooks.AllowsPrivateNetworks, parts.GetRequiredService<ProviderRouting>(),
            parts.GetRequiredService<PaperDesk>(), parts.GetRequiredService<ICreditors>(), parts.GetRequiredService<LetterDesk>(),
            parts.GetRequiredService<IMails>(), parts.GetRequiredService<IProfiles>(),
            parts.GetRequiredService<TimeProvider>(), MerchantActs.Offered,
            parts.GetRequiredService<IActKeys>(), parts,
            parts.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping),
        new WidgetRoutes(
            parts.GetRequiredService<ISessions>(), parts.GetRequiredService<ILinks>(), parts.GetRequiredService<IReceivables>(),
            parts.GetRequiredService<IAttempts>(), parts.GetRequiredService<IAutopays>(), parts.GetRequiredService<IProfiles>(),
            parts.GetRequiredService<IVault>(), parts.GetRequiredService<CardTries>(), parts.GetRequiredService<ProviderRouting>(),
            parts.GetRequiredService<IProviders>()),
        new PaymentPageRoutes(
            settings.PublicAddress, parts.GetRequiredService<ILinks>(), parts.GetRequiredService<LinkDesk>(),
            parts.GetRequiredService<IAttempts>(), parts.GetRequiredService<IAutopays>(), parts.GetRequiredService<IPayees>(),
            parts.GetRequiredService<IProfiles>(), parts.GetRequiredService<ICreditors>(), parts.GetRequiredService<PaperDesk>(),
            settings.SessionLifetime,
            new AddressTries(settings.LinkProofLimit, parts.GetRequiredService<TimeProvider>()),
            new PageWidget(settings.IsDemo ? "sandbox" : "live", WidgetFiles.OfFrame)),
        new AccountPageRoutes(
            settings.PublicAddress, parts.GetRequiredService<IAccountVisits>(), parts.GetRequiredService<IReceivables>(),
            parts.GetRequiredService<IAutopays>(), parts.GetRequiredService<LinkDesk>(), parts.GetRequiredService<IProfiles>(),
            parts.GetRequiredService<PaperDesk>(),
            new AddressTries(settings.LinkProofLimit, parts.GetRequiredService<TimeProvider>()),
            new AddressTries(settings.AccountAskLimit, parts.GetRequiredService<TimeProvider>()), parts.GetRequiredService<IHold>(),
            settings.Mail is not null),
        new SportAllianceRoutes(
            parts.GetRequiredService<ISessions>(), parts.GetRequiredService<ProviderRouting>(), settings.SessionLifetime),
        .. settings.Issuer is null ? (Dialect[])[OwnIssuer(settings, parts)] : [],
        new Tmf676Routes(
            settings.PublicAddress, parts.GetRequiredService<ISubscriptions>(), settings.Webhooks.AllowsPrivateNetworks,
            settings.IsDemo ? DemoCredentials.Tmf676 : null),
        new TrainTravelRoutes(
            settings.PublicAddress, Timetable.Load(), parts.GetRequiredService<IBookings>(), parts.GetRequiredService<IVault>(),
            parts.GetRequiredService<CardTries>(), parts.GetRequiredService<ProviderRouting>()),
    ];

    private static OAuthRoutes OwnIssuer(ServerSettings settings, IServiceProvider parts) => new(
        settings.PublicAddress, parts.GetRequiredService<IClients>(), parts.GetRequiredService<IPeople>(),
        parts.GetRequiredService<IAuthorisations>(), Api.Rights, Api.WordsOf,
        [OwnApiRoutes.Setup.Dialect, TrainTravelRoutes.Setup.Dialect]);
}
