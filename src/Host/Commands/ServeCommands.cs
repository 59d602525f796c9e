using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Books;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Dialects.Http;
using Quittance.Dialects.Midnight;
using Quittance.Host.Access;
using Quittance.Host.Cli;
using Quittance.Host.Demo;
using Quittance.Host.Providers;
using Quittance.Host.Watching;
using Quittance.Host.Web;
using Quittance.Host.Webhooks;
using Quittance.Providers;
using Quittance.Providers.Sandbox;
using Quittance.Providers.Stripe;
using Quittance.Sandbox;
using Quittance.Storage.Backups;
using Quittance.Storage.Providers;
using Quittance.Storage.Tenancy;
using Quittance.Storage.Vault;
using Spectre.Console;

using Command = System.CommandLine.Command;

namespace Quittance.Host.Commands;

/// <summary><c>serve</c>, and <c>demo</c>, which is the same with demo data and demo credentials.</summary>
internal static class ServeCommands
{
    private const string StripeFace = "stripe-face";
    private const int LongestSessionMinutes = 24 * 60;

    private const int Megabyte = 1024 * 1024;

    private const int LargestBatchMegabytes = 4096;

    private const int LargestBodyMemoryMegabytes = 64 * 1024;

    private const int LongestRetentionDays = 36_500;
    private const int LongestApprovalDays = 365;

    private static readonly Option<int> Port = Options.WithDefault("--port", "number", "The port to serve on", () => 8080);

    private static readonly Option<string> Listen = Options.WithDefault(
        "--listen", "address", "The address to bind to; beyond loopback with --tls-certificate, or behind a proxy that speaks TLS",
        () => "127.0.0.1");

    private static readonly Option<string?> PublicUrl = Options.Text(
        "--public-url", "url", "The address under which clients reach this server, for links in answers (default: where it listens)");

    private static readonly Option<bool> InsecureHttp = Options.Flag(
        "--insecure-http",
        "Serve everybody beyond this machine without TLS: card numbers, passwords and keys can then be read on the way");

    private static readonly Option<string[]> TrustedProxy = new("--trusted-proxy")
    {
        Description = "A proxy whose --proxy-header says who the client is, an IP address or a network such as 10.0.0.0/24; repeatable "
            + "(default: none, and the header is ignored)",
        HelpName = "address",
        DefaultValueFactory = _ => [],
    };

    private static readonly Option<string> ProxyHeader = Options.Choice(
        "--proxy-header", "The header in which trusted proxies name the client: X-Forwarded-For, or Forwarded (RFC 7239)",
        isRequired: false, ForwardedClient.XForwardedFor, ForwardedClient.Forwarded);

    private static readonly Option<string?> CertificateFile = Options.Text(
        "--tls-certificate", "file",
        "Speak TLS with this certificate and its chain, a PEM file; the server reads it again when it is renewed");

    private static readonly Option<string?> KeyFile = Options.Text(
        "--tls-key", "file", "The certificate's private key, a PEM file (default: it is in the certificate's file)");

    private static readonly Option<bool> Embedded = Options.Flag(
        "--embedded", "Keep the books in an embedded PostgreSQL in the data folder");

    private static readonly Option<int> ProviderTimeout = Options.WithDefault(
        "--provider-timeout", "seconds",
        $"How long to wait for payment providers, 1 to {ProviderTimeouts.Longest.TotalSeconds} seconds; "
        + "after that an answer is unknown, and the server asks for it later", () => (int)new ProviderTimeouts().Total.TotalSeconds);

    private static readonly Option<int> SessionLifetime = Options.WithDefault(
        "--session-lifetime", "minutes", $"How long a payment session lasts, 1 to {LongestSessionMinutes} minutes", () => 60);

    private static readonly Option<int> WebhookTimeout = Options.WithDefault(
        "--webhook-timeout", "seconds",
        $"How long to wait for receivers of webhooks, 1 to {WebhookSettings.LongestTimeout.TotalSeconds} seconds; "
        + "after that the server tries again later", () => (int)new WebhookSettings().Timeout.TotalSeconds);

    private static readonly Option<bool> PrivateWebhooks = Options.Flag(
        "--private-webhooks",
        "Send webhooks into private networks too, and without TLS: to receivers on this machine or in the same private network");

    private static readonly Option<int> BatchSize = Options.WithDefault(
        "--batch-size", "MB",
        $"The largest call that stores many payments, 1 to {LargestBatchMegabytes} MB", () =>
            (int)(MidnightRoutes.DefaultBodyLimit / Megabyte));

    private static readonly Option<string?> SealFile = Options.Text(
        "--seals", "file", "Append the seals of the books to this file once a minute; verify --against takes it");

    private const int MostReadPlaces = 1000;

    private static readonly Option<int> BodyMemory = Options.WithDefault(
        "--body-memory", "MB",
        $"The memory for long requests of all clients together, 1 to {LargestBodyMemoryMegabytes} MB and never less than --batch-size; "
        + "beyond it the server answers 503", () => (int)(SharedLimits.DefaultBodyMemory / Megabyte));

    private static readonly Option<int> RequestLimit = Options.WithDefault(
        "--request-limit", "number",
        "How many requests a credential may send to an API within a minute; beyond it the server answers 429",
        () => SharedLimits.DefaultRequests);

    private static readonly Option<int> ReadPlaces = Options.WithDefault(
        "--read-places", "number",
        $"How many requests read at once, 1 to {MostReadPlaces}; two for each processor of this machine unless you say otherwise",
        () => ReadBudget.UsualPlaces);

    private static readonly Option<int> KeepInstruments = Options.WithDefault(
        "--keep-instruments", "days",
        "Delete the number of a saved card or bank account from the vault when no payment has used it for so many days; 0 keeps it",
        () => RetentionSettings.DefaultDays);

    private static readonly Option<int> SignInLimit = Options.WithDefault(
        "--sign-in-limit", "number",
        "How many passwords and codes one address may try within a minute; beyond it the server looks at none",
        () => SignIns.UsualLimit);

    private static readonly Option<int> ConsoleIdle = Options.WithDefault(
        "--console-idle", "minutes",
        $"After how many minutes an unused session of the console ends, 1 to {ConsoleSessions.LongestPause.TotalMinutes}",
        () => (int)ConsoleSessions.UsualPause.TotalMinutes);

    private static readonly Option<int> ApprovalDays = Options.WithDefault(
        "--approval-days", "days",
        $"How long what is above the limit waits for a second person, 1 to {LongestApprovalDays}",
        () => (int)new EngineOptions().ApprovalLifetime.TotalDays);

    private static readonly Option<int> CardDeclines = Options.WithDefault(
        "--card-declines", "number",
        "After so many declines within a day the server refuses a card or bank account that a customer enters, for the rest of that day",
        () => new CardTryLimits().OfACard);

    private static readonly Option<int> MerchantDeclines = Options.WithDefault(
        "--merchant-declines", "number",
        "After so many declines at one merchant within ten minutes, and four of five tries, the server refuses cards that customers enter "
        + "there until the ten minutes are over; 0 never does", () => new CardTryLimits().OfAMerchant);

    private static readonly Option<string> DemoProvider = Options.Choice(
        "--provider", "The provider that takes the cards that customers enter in the widget: the sandbox, or its Stripe face",
        isRequired: false, SandboxProvider.ProviderName, StripeFace);

    private static readonly Option<bool> Empty = Options.Flag(
        "--empty", "Fill in no sample customers, charges and bookings: the merchant, its credentials and the sandbox alone");

    private static readonly Option<string> LogFormat = Options.Choice(
        "--log-format", "The form of the logs: text for people, or json, one object on each line of standard error, for programs",
        isRequired: false, LogLines.Text, LogLines.Json);

    public static Command Serve()
    {
        var command = CommandMaker.Of(
            "serve", "Serve the APIs over an embedded or an external PostgreSQL", run => ServeAsync(run, isDemo: false),
            [
                Port, Listen, PublicUrl, InsecureHttp, CertificateFile, KeyFile, TrustedProxy, Embedded, ProviderTimeout, SessionLifetime,
                WebhookTimeout, PrivateWebhooks, BatchSize, BodyMemory, RequestLimit, ReadPlaces, SignInLimit, ConsoleIdle, ApprovalDays,
                KeepInstruments, SealFile, CardDeclines, MerchantDeclines, ProxyHeader, LogFormat, Options.Data, Options.Database,
                MasterKeySource.FileOption, MasterKeySource.ShareOption, .. IssuerOptions.All, .. SingleSignOnOptions.All,
                .. MailOptions.All,
            ]);
        command.Validators.Add(result =>
        {
            if (result.GetValue(Embedded) == Options.DatabaseOf(result.GetValue(Options.Database)) is not null)
                result.AddError("Say where the books are: either --embedded (with --data) or --database.");
        });
        return command;
    }

    public static Command Demo() => CommandMaker.Of(
        "demo", "Serve a merchant with sample data, to try every API in a minute", run => ServeAsync(run, isDemo: true),
        [
            Port, ProviderTimeout, SessionLifetime, WebhookTimeout, BatchSize, BodyMemory, RequestLimit,
            ReadPlaces, SignInLimit, ConsoleIdle, ApprovalDays,
            DemoProvider, Empty, LogFormat, Options.Data, Options.Database, MasterKeySource.FileOption, MasterKeySource.ShareOption,
            .. MailOptions.All,
        ]);

    private static async Task ServeAsync(Run run, bool isDemo)
    {
        var settings = SettingsOf(run, isDemo);
        EnsurePortIsFree(settings);
        var logsJson = run.Get(LogFormat) == LogLines.Json;
        if (logsJson)
            run.Progress = new LogLines(run.Clock);
        using var telemetry = TelemetryExport.Start();
        var books = await run.OpenAsync(OpenDatabase.OwnAsync);
        var vault = await run.OpenVaultAsync();
        settings = settings with { Topology = new(run.Database.IsDistributed) };
        var engine = run.StartEngine(
            Composition.EngineFor(settings.ProviderTimeouts) with { ApprovalLifetime = settings.ApprovalLifetime },
            asksForMail: settings.Mail is not null);
        if (isDemo && await new Epochs(books, run.Clock).LatestAsync(run.Cancel) is { IsHeld: true })
        {
            throw new CommandException(
                "The books were restored and are held, so the demo can't fill them in: quittance reconcile, then quittance release "
                + "--reason …");
        }

        var demo = isDemo ? await PrepareDemoAsync(run, engine, vault) : default;
        await using var sandbox = demo.Sandbox;

        if (!isDemo)
        {
            await EndDemoAsync(books, run);
            WarnOfKeyBesideBooks(run);
        }

        if (await new Merchants(books, run.Clock).UnknownZonesAsync(run.Cancel) is [var (merchant, zone), ..])
        {
            throw new CommandException(
                $"The days of merchant {merchant.Value} begin in {zone}, which this machine or the database does not know. Install its "
                + "time zones (in Debian: tzdata-legacy), or name another one: quittance merchant time-zone");
        }

        if (settings.Issuer is { } issuer)
            await IssuerOptions.ConnectAsync(issuer, new Merchants(books, run.Clock), run.Cancel);
        if (settings.SingleSignOn is { } provider)
            await SingleSignOnOptions.CheckAsync(provider, new Merchants(books, run.Clock), run.Cancel);
        await using var app = HostedServer.Build(
            settings, books, engine, vault, (logsJson ? LogLines.LogTo : null) + telemetry?.LogTo, run.Clock);
        app.Lifetime.ApplicationStopping.Register(engine.WindUp);
        await app.StartAsync(run.Cancel);
        if (isDemo && !run.Get(Empty))
            await HaveFirstDayAsync(run, settings.PublicAddress.Base, demo.Merchant, sandbox, vault);
        // Programs wait for this line: it stays as it is, in plain text.
        Terminal.WriteLine($"Quittance is ready on {settings.PublicAddress.Base}");
        if (isDemo)
            DemoCredentials.Print(Terminal.Out, settings.PublicAddress.Base, sandbox?.Address);
        if (run.Database.Embedded is { } embedded)
            StopWithDatabase(app, embedded.Exited);
        await app.WaitForShutdownAsync(run.Cancel);
        run.ExitCode = run.Database.Embedded is { Exited.IsCompletedSuccessfully: true } ? 1 : 0;
    }

    /// <summary>A copy of the folder, as a backup tool makes one, would open every sealed number.</summary>
    private static void WarnOfKeyBesideBooks(Run run)
    {
        var books = Path.GetFullPath(run.Required(Options.Data)) + Path.DirectorySeparatorChar;
        if (run.Database.Embedded is null || MasterKeySource.FileOf(run) is not { } key
            || !(key.Folder + Path.DirectorySeparatorChar).StartsWith(books, StringComparison.Ordinal))
        {
            return;
        }

        run.Progress.Report(
            $"The master key {key.FullPath} lies in the folder of the books, so a copy of the folder opens every sealed number. "
            + "Move the key elsewhere, and name it with --master-key-file");
    }

    /// <summary>Distributing the books has ended it, too; so a cluster that lacks a node starts without.</summary>
    private static async Task EndDemoAsync(NpgsqlDataSource books, Run run)
    {
        try
        {
            await DemoData.EndAsync(books, run);
        }
        catch (StoreUnavailableException away) when (run.Database.IsDistributed)
        {
            run.Progress.Report(
                $"What a demo may have left open in these books stays so until the next start, since a node of the cluster is away: "
                + away.Message);
        }
    }

    /// <summary>What happens in a running demo on its first day. Done again, it changes nothing.</summary>
    private static async Task HaveFirstDayAsync(Run run, string address, MerchantId merchant, SandboxServer? sandbox, IVault vault)
    {
        var paying = DemoData.PayForBookingAsync(address, run.Clock, run.Cancel);
        // A sandbox of another demo over the same books has had it.
        if (sandbox is not null)
        {
            using var trouble = new DemoTrouble(address, sandbox.Address, merchant, run.Database.Source, vault, run.Clock);
            await trouble.HappenAsync(run.Cancel);
        }

        await paying;
    }

    /// <summary>The demo's data, and the payment provider that takes its cards.</summary>
    private static async Task<(MerchantId Merchant, SandboxServer? Sandbox)> PrepareDemoAsync(Run run, PaymentEngine engine, IVault vault)
    {
        var isEmpty = run.Get(Empty);
        run.Progress.Report(isEmpty ? "Letting the demo's credentials in" : "Filling in what the demo data lacks");
        var books = run.Database.Source;
        var accounts = new ProviderAccounts(books, vault, run.Clock);
        var merchant = await DemoData.FillInAsync(
            books, engine, vault, run.Clock, run.Cancel, isEmpty,
            isEmpty ? null : new DemoMonth(books, accounts, vault, run.Clock, run.Cancel));
        var hasFace = run.Get(DemoProvider) == StripeFace;
        var sandbox = await DemoSandbox.StartAsync(
            accounts, merchant, run.Required(Options.Data), run.Get(Port), isShared: run.ExternalDatabase is not null, hasFace,
            run.Cancel);
        var routes = new ProviderRoutes(books, run.Clock);
        if (hasFace && sandbox is not null)
        {
            var notices = new Uri($"http://127.0.0.1:{run.Get(Port)}{NoticeRoutes.PathOf(merchant, StripeProvider.ProviderName)}");
            await DemoSandbox.ConnectFaceAsync(accounts, merchant, sandbox.Address, notices, run.Cancel);
            foreach (var route in DemoSandbox.FaceRoutes)
            {
                await routes.SetAsync(
                    merchant, route, run.By(merchant, "provider.route", $"route {RouteCommands.AuditTextOf(route)}"), run.Cancel);
            }
        }
        else
        {
            // The face of an earlier demo sends its events there no more.
            foreach (var route in (await routes.ListAsync(merchant, run.Cancel)).Where(DemoSandbox.IsOfFace))
            {
                await routes.EndAsync(
                    merchant, route.Kind, null,
                    run.By(merchant, "provider.route-end", $"route {RouteCommands.WordsOf(route.Kind, null)}"), run.Cancel);
            }
        }

        return (merchant, sandbox);
    }

    private static ServerSettings SettingsOf(Run run, bool isDemo)
    {
        var port = run.Get(Port);
        if (port is < 1 or > 65535)
            throw new CommandException("--port must be between 1 and 65535.");
        EnsureBetween(run, ProviderTimeout, (int)ProviderTimeouts.Longest.TotalSeconds, "seconds");
        EnsureBetween(run, SessionLifetime, LongestSessionMinutes, "minutes");
        EnsureBetween(run, WebhookTimeout, (int)WebhookSettings.LongestTimeout.TotalSeconds, "seconds");
        EnsureBetween(run, BatchSize, LargestBatchMegabytes, "MB");
        EnsureBetween(run, BodyMemory, LargestBodyMemoryMegabytes, "MB");
        EnsureBetween(run, RequestLimit, int.MaxValue, "requests");
        EnsureBetween(run, ReadPlaces, MostReadPlaces, "requests");
        EnsureBetween(run, SignInLimit, int.MaxValue, "tries");
        EnsureBetween(run, ConsoleIdle, (int)ConsoleSessions.LongestPause.TotalMinutes, "minutes");
        EnsureBetween(run, ApprovalDays, LongestApprovalDays, "days");
        // The demo's credentials are known to everyone, so it is for this machine only.
        var address = IPAddress.Loopback;
        if (!isDemo && !IPAddress.TryParse(run.Get(Listen), out address!))
            throw new CommandException("--listen must be an IP address, such as 127.0.0.1 or 0.0.0.0.");
        var certificate = isDemo ? null : CertificateOf(run);
        var url = isDemo ? null : run.Get(PublicUrl);
        if (url is not null && !(Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https"))
            throw new CommandException("--public-url must be an absolute http or https address.");
        if (url is null && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)))
            throw new CommandException($"Clients can't reach a server under {address}: say with --public-url how they do.");
        var reached = url?.TrimEnd('/') ?? $"{(certificate is null ? "http" : "https")}://{new IPEndPoint(address, port)}";
        IReadOnlyList<IPNetwork> proxies = isDemo ? [] : [.. (run.Get(TrustedProxy) ?? []).Select(ProxyOf)];
        var isEncrypted = !isDemo && !run.Get(InsecureHttp);
        if (isEncrypted)
            EnsureEncrypted(reached, new IPEndPoint(address, port), certificate, proxies);
        return new ServerSettings(address, port, new PublicAddress(reached), isDemo)
        {
            Certificate = certificate,
            TrustedProxies = proxies,
            RefusesStrangers = isEncrypted && certificate is null && !IPAddress.IsLoopback(address),
            ProxyHeader = (isDemo ? null : run.Get(ProxyHeader)) ?? ForwardedClient.XForwardedFor,
            ProviderTimeouts = new ProviderTimeouts { Total = TimeSpan.FromSeconds(run.Get(ProviderTimeout)) },
            SessionLifetime = TimeSpan.FromMinutes(run.Get(SessionLifetime)),
            Issuer = isDemo ? null : IssuerOptions.Of(run),
            SingleSignOn = isDemo ? null : SingleSignOnOptions.Of(run),
            BatchBodyLimit = (long)run.Get(BatchSize) * Megabyte,
            SealFile = run.Get(SealFile) is { } file ? Path.GetFullPath(file) : null,
            BodyMemory = (long)run.Get(BodyMemory) * Megabyte,
            RequestLimit = run.Get(RequestLimit),
            ReadPlaces = run.Get(ReadPlaces),
            Retention = RetentionOf(run),
            SignInLimit = run.Get(SignInLimit),
            ConsoleIdle = TimeSpan.FromMinutes(run.Get(ConsoleIdle)),
            ApprovalLifetime = TimeSpan.FromDays(run.Get(ApprovalDays)),
            CardTries = isDemo ? CardTryLimits.None : CardTriesOf(run),
            Mail = MailOptions.Of(run),
            Webhooks = new WebhookSettings
            {
                Timeout = TimeSpan.FromSeconds(run.Get(WebhookTimeout)),
                AllowsPrivateNetworks = isDemo || run.Get(PrivateWebhooks),
            },
        };
    }

    private static RetentionSettings RetentionOf(Run run) => run.Get(KeepInstruments) switch
    {
        0 => new RetentionSettings(Unused: null),
        > 0 and <= LongestRetentionDays and var days => new RetentionSettings(TimeSpan.FromDays(days)),
        _ => throw new CommandException($"{KeepInstruments.Name} must be between 0 and {LongestRetentionDays} days."),
    };

    private static CardTryLimits CardTriesOf(Run run)
    {
        EnsureBetween(run, CardDeclines, int.MaxValue, "declines");
        return run.Get(MerchantDeclines) < 0 ? throw new CommandException($"{MerchantDeclines.Name} must be 0 or more.")
            : new CardTryLimits(run.Get(CardDeclines), run.Get(MerchantDeclines));
    }

    /// <summary>Clients must reach the server by TLS, its own or a proxy's; without it on this machine alone.</summary>
    private static void EnsureEncrypted(
        string reached, IPEndPoint listens, TlsCertificate? certificate, IReadOnlyList<IPNetwork> proxies)
    {
        var isLocal = IPAddress.IsLoopback(listens.Address) && SecretAddress.Allows(new Uri(reached));
        if (!isLocal && !reached.StartsWith("https:", StringComparison.OrdinalIgnoreCase))
        {
            throw new CommandException(
                $"Clients would send card numbers, passwords and keys to {reached} unencrypted. Say with --public-url the https address of "
                + "the proxy in front of it, or give a certificate with --tls-certificate; --insecure-http serves all the same.");
        }

        if (certificate is not null && !reached.StartsWith("https:", StringComparison.OrdinalIgnoreCase))
            throw new CommandException("With --tls-certificate, --public-url must be an https address.");
        if (certificate is null && !IPAddress.IsLoopback(listens.Address) && proxies.Count == 0)
        {
            throw new CommandException(
                $"Everybody who reaches {listens} could send card numbers, passwords and keys there unencrypted. Say with --trusted-proxy "
                + "which proxy speaks TLS in front of it: the server then takes requests from that proxy and this machine alone. Or give a "
                + "certificate with --tls-certificate, or --listen on 127.0.0.1; --insecure-http serves all the same.");
        }
    }

    private static IPNetwork ProxyOf(string text)
    {
        if (IPAddress.TryParse(text, out var one))
            return new IPNetwork(one, one.AddressFamily == AddressFamily.InterNetwork ? 32 : 128);
        return IPNetwork.TryParse(text, out var network) ? network
            : throw new CommandException("--trusted-proxy must be an IP address or a network such as 10.0.0.0/24.");
    }

    private static TlsCertificate? CertificateOf(Run run)
    {
        if (run.Get(CertificateFile) is not { } file)
        {
            return run.Get(KeyFile) is null ? null
                : throw new CommandException("--tls-key is the key of a certificate: say which with --tls-certificate.");
        }

        var certificate = new TlsCertificate(file, run.Get(KeyFile) ?? file, run.Clock);
        return certificate.Problem is { } problem ? throw new CommandException($"--tls-certificate: {problem}") : certificate;
    }

    private static void EnsureBetween(Run run, Option<int> option, int most, string unit)
    {
        if (run.Get(option) < 1 || run.Get(option) > most)
            throw new CommandException($"{option.Name} must be between 1 and {most} {unit}.");
    }

    /// <summary>Fails before PostgreSQL is started and anything is written.</summary>
    private static void EnsurePortIsFree(ServerSettings settings)
    {
        try
        {
            using var listener = new TcpListener(settings.Address, settings.Port);
            listener.Start();
        }
        catch (SocketException taken)
        {
            throw new CommandException(
                $"Port {settings.Port} of {settings.Address} can't be used ({taken.Message.ToLowerInvariant()}). Choose another with "
                + "--port.");
        }
    }

    /// <summary>Without its database a server only refuses: it stops, so that its supervisor starts both afresh.</summary>
    private static void StopWithDatabase(WebApplication app, Task<Storage.Embedded.EmbeddedPostgresException> exited) =>
        _ = exited.ContinueWith(
            async ended =>
            {
                Terminal.Say($"[red]✗[/] {(await ended).Message}");
                await app.StopAsync();
            },
            CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
}
