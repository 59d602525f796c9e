using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Dialects.Http;
using Quittance.Dialects.Midnight;
using Quittance.Host.Demo;
using Quittance.Host.Watching;
using Quittance.Host.Webhooks;
using Quittance.Providers;
using Quittance.Sandbox;
using Quittance.Storage;
using Quittance.Storage.Tenancy;
using Quittance.Storage.Vault;
using Spectre.Console;
using Command = System.CommandLine.Command;

namespace Quittance.Host.Cli;

/// <summary><c>serve</c>, and <c>demo</c>, which is the same with demo data and demo credentials.</summary>
internal static class ServeCommand
{
    // A lease outlasts the call it is for, with what comes before and after it.
    private const int LeasePerTimeout = 3;

    private const int LongestSessionMinutes = 24 * 60;

    private const int Megabyte = 1024 * 1024;

    private const int LargestBatchMegabytes = 4096;

    private static readonly Option<int> Port = new("--port")
    {
        Description = "The port to serve on",
        HelpName = "number",
        DefaultValueFactory = _ => 8080,
    };

    private static readonly Option<string> Listen = new("--listen")
    {
        Description = "The address to bind to; anything but loopback belongs behind a proxy that speaks TLS",
        HelpName = "address",
        DefaultValueFactory = _ => "127.0.0.1",
    };

    private static readonly Option<string?> PublicUrl = new("--public-url")
    {
        Description = "The address under which clients reach this server, for links in answers (default: where it listens)",
        HelpName = "url",
    };

    private static readonly Option<bool> Embedded = new("--embedded") { Description = "Keep the books in an embedded PostgreSQL in the data folder" };

    private static readonly Option<int> ProviderTimeout = new("--provider-timeout")
    {
        Description = $"How long payment providers are waited for, 1 to {ProviderTimeouts.Longest.TotalSeconds} seconds; after that an answer is unknown and asked for later",
        HelpName = "seconds",
        DefaultValueFactory = _ => (int)new ProviderTimeouts().Total.TotalSeconds,
    };

    private static readonly Option<int> SessionLifetime = new("--session-lifetime")
    {
        Description = $"How long a payment session lasts, 1 to {LongestSessionMinutes} minutes",
        HelpName = "minutes",
        DefaultValueFactory = _ => 60,
    };

    private static readonly Option<int> WebhookTimeout = new("--webhook-timeout")
    {
        Description = $"How long receivers of webhooks are waited for, 1 to {WebhookSettings.LongestTimeout.TotalSeconds} seconds; after that they are told again later",
        HelpName = "seconds",
        DefaultValueFactory = _ => (int)new WebhookSettings().Timeout.TotalSeconds,
    };

    private static readonly Option<bool> PrivateWebhooks = new("--private-webhooks")
    {
        Description = "Send webhooks into private networks too, and without TLS: to receivers on this machine or behind the same wall",
    };

    private static readonly Option<int> BatchSize = new("--batch-size")
    {
        Description = $"The largest call that stores many payments, 1 to {LargestBatchMegabytes} MB",
        HelpName = "MB",
        DefaultValueFactory = _ => (int)(MidnightRoutes.DefaultBodyLimit / Megabyte),
    };

    private static readonly Option<string> LogFormat = CreateLogFormat();

    public static Command Serve()
    {
        var command = new Command("serve", "Serve the APIs over an embedded or an external PostgreSQL")
        {
            Port, Listen, PublicUrl, Embedded, ProviderTimeout, SessionLifetime, WebhookTimeout, PrivateWebhooks, BatchSize, LogFormat, DatabaseOptions.Data, DatabaseOptions.Database, MasterKeySource.FileOption,
        };
        foreach (var option in IssuerOptions.All)
            command.Add(option);
        command.Validators.Add(result =>
        {
            // While options are checked, those that were not typed have no value yet: the variable would be overlooked.
            var database = result.GetResult(DatabaseOptions.Database) is { Implicit: false } typed ? typed.GetValueOrDefault<string?>() : DatabaseOptions.FromVariable();
            if (result.GetValue(Embedded) == database is not null)
                result.AddError("Say where the books are: either --embedded (with --data) or --database.");
        });
        command.SetAction((options, cancel) => Terminal.RunAsync(progress => RunAsync(options, isDemo: false, progress, cancel)));
        return command;
    }

    public static Command Demo()
    {
        var command = new Command("demo", "Serve a merchant with sample data, to try every API in a minute")
        {
            Port, ProviderTimeout, SessionLifetime, WebhookTimeout, BatchSize, LogFormat, DatabaseOptions.Data, DatabaseOptions.Database, MasterKeySource.FileOption,
        };
        command.SetAction((options, cancel) => Terminal.RunAsync(progress => RunAsync(options, isDemo: true, progress, cancel)));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult options, bool isDemo, IProgress<string> progress, CancellationToken cancel)
    {
        var settings = SettingsOf(options, isDemo);
        EnsurePortIsFree(settings);
        var speaksJson = options.GetValue(LogFormat) == LogLines.Json;
        if (speaksJson)
            progress = new LogLines();
        using var telemetry = TelemetryExport.Start();
        await using var database = await OpenDatabase.OwnAsync(options, progress, cancel);
        var masterKey = await MasterKeySource.FindAsync(options, database.Source, progress, cancel);
        var vault = await PostgresVault.OpenAsync(database.Source, masterKey, TimeProvider.System, cancel);
        await using var engine = database.StartEngine(new EngineOptions { Lease = settings.ProviderTimeouts.Total * LeasePerTimeout });
        await using var sandbox = isDemo ? await PrepareDemoAsync(options, database, engine, vault, progress, cancel) : null;

        if (settings.Issuer is { } issuer)
            await IssuerOptions.ConnectAsync(issuer, new Merchants(database.Source, TimeProvider.System), cancel);
        await using var app = HostedServer.Build(settings, database.Source, engine, vault, speaksJson ? LogLines.LogTo : null);
        app.Lifetime.ApplicationStopping.Register(engine.WindUp);
        await app.StartAsync(cancel);
        if (isDemo)
            await DemoData.PayForBookingAsync(settings.PublicAddress.Base, TimeProvider.System, cancel);
        // Programs wait for this line: it stays as it is, in plain text.
        Terminal.Out.WriteLine($"Quittance is ready on {settings.PublicAddress.Base}");
        if (isDemo)
            DemoCredentials.Print(Terminal.Out, settings.PublicAddress.Base, sandbox?.Address);
        if (database.Embedded is { } embedded)
            StopWithDatabase(app, embedded.Exited);
        await app.WaitForShutdownAsync(cancel);
        return database.Embedded is { Exited.IsCompletedSuccessfully: true } ? 1 : 0;
    }

    private static Option<string> CreateLogFormat()
    {
        var option = new Option<string>("--log-format")
        {
            Description = "How it logs: text for people, or json, one object on each line of standard error, for programs",
            HelpName = $"{LogLines.Text}|{LogLines.Json}",
            DefaultValueFactory = _ => LogLines.Text,
        };
        return option.AcceptOnlyFromAmong(LogLines.Text, LogLines.Json);
    }

    /// <summary>The demo's data, and the payment provider that it takes cards at.</summary>
    private static async Task<SandboxServer?> PrepareDemoAsync(
        ParseResult options, OpenDatabase database, PaymentEngine engine, IVault vault, IProgress<string> progress, CancellationToken cancel)
    {
        progress.Report("Filling in what the demo data lacks");
        var merchant = await DemoData.FillInAsync(database.Source, engine, vault, TimeProvider.System, cancel);
        return await DemoSandbox.StartAsync(
            new ProviderAccounts(database.Source, vault, TimeProvider.System), merchant, options.GetRequiredValue(DatabaseOptions.Data),
            options.GetValue(Port), isShared: options.GetValue(DatabaseOptions.Database) is not null, cancel);
    }

    private static ServerSettings SettingsOf(ParseResult options, bool isDemo)
    {
        var port = options.GetValue(Port);
        if (port is < 1 or > 65535)
            throw new CommandException("--port must be between 1 and 65535.");
        if (options.GetValue(ProviderTimeout) < 1 || options.GetValue(ProviderTimeout) > ProviderTimeouts.Longest.TotalSeconds)
            throw new CommandException($"--provider-timeout must be between 1 and {ProviderTimeouts.Longest.TotalSeconds} seconds.");
        if (options.GetValue(SessionLifetime) is < 1 or > LongestSessionMinutes)
            throw new CommandException($"--session-lifetime must be between 1 and {LongestSessionMinutes} minutes.");
        if (options.GetValue(WebhookTimeout) < 1 || options.GetValue(WebhookTimeout) > WebhookSettings.LongestTimeout.TotalSeconds)
            throw new CommandException($"--webhook-timeout must be between 1 and {WebhookSettings.LongestTimeout.TotalSeconds} seconds.");
        if (options.GetValue(BatchSize) is < 1 or > LargestBatchMegabytes)
            throw new CommandException($"--batch-size must be between 1 and {LargestBatchMegabytes} MB.");
        // The demo's credentials are known to everyone, so it is for this machine only.
        var address = IPAddress.Loopback;
        if (!isDemo && !IPAddress.TryParse(options.GetValue(Listen), out address!))
            throw new CommandException("--listen must be an IP address, such as 127.0.0.1 or 0.0.0.0.");
        var url = isDemo ? null : options.GetValue(PublicUrl);
        if (url is not null && !(Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https"))
            throw new CommandException("--public-url must be an absolute http or https address.");
        if (url is null && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)))
            throw new CommandException($"Clients can't reach a server under {address}: say with --public-url how they do.");
        return new ServerSettings(address, port, new PublicAddress(url?.TrimEnd('/') ?? $"http://{new IPEndPoint(address, port)}"), isDemo)
        {
            ProviderTimeouts = new ProviderTimeouts { Total = TimeSpan.FromSeconds(options.GetValue(ProviderTimeout)) },
            SessionLifetime = TimeSpan.FromMinutes(options.GetValue(SessionLifetime)),
            Issuer = isDemo ? null : IssuerOptions.Of(options),
            BatchBodyLimit = (long)options.GetValue(BatchSize) * Megabyte,
            Webhooks = new WebhookSettings
            {
                Timeout = TimeSpan.FromSeconds(options.GetValue(WebhookTimeout)),
                AllowsPrivateNetworks = isDemo || options.GetValue(PrivateWebhooks),
            },
        };
    }

    /// <summary>Says so before PostgreSQL is started and anything is written.</summary>
    private static void EnsurePortIsFree(ServerSettings settings)
    {
        try
        {
            using var listener = new TcpListener(settings.Address, settings.Port);
            listener.Start();
        }
        catch (SocketException taken)
        {
            throw new CommandException($"Port {settings.Port} of {settings.Address} can't be used ({taken.Message.ToLowerInvariant()}). Choose another with --port.");
        }
    }

    /// <summary>Without its database a server only refuses; whoever supervises it can start both afresh.</summary>
    private static void StopWithDatabase(WebApplication app, Task<Storage.Embedded.EmbeddedPostgresException> exited) =>
        _ = exited.ContinueWith(
            async ended =>
            {
                Terminal.Error.MarkupLineInterpolated($"[red]✗[/] {(await ended).Message}");
                await app.StopAsync();
            },
            CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
}
