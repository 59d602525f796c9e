using Quittance.Core.Access;
using Spectre.Console;

namespace Quittance.Host.Demo;

/// <summary>The demo's credentials, known to everyone.</summary>
internal static class DemoCredentials
{
    /// <summary>TMF676's; assumed for requests without any credential.</summary>
    public const string Tmf676 = "demo-telco";

    /// <summary>The secret of Quittance's own API.</summary>
    public const string OwnToken = "demo-api";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<(Api Api, CredentialKind Kind, string Secret)> All { get; } =
    [
        (Api.OracleBrm, CredentialKind.Bearer, "demo-brm"),
        (Api.Tmf676, CredentialKind.Bearer, Tmf676),
        (Api.SportAlliance, CredentialKind.ApiKey, "demo-studio"),
        (Api.Midnight, CredentialKind.Prc, "demo-prc"),
        (Api.Midnight, CredentialKind.Midnight, "demo-midnight"),
        (Api.Midnight, CredentialKind.MisKey, "demo-mis"),
        (Api.TrainTravel, CredentialKind.Bearer, TravelToken),
        (Api.Own, CredentialKind.Bearer, OwnToken),
    ];

    /// <summary>Midnight's user, who gets tokens with a password.</summary>
    public const string MidnightUser = "demo";

    /// <summary>The domain of that user.</summary>
    public const string MidnightDomain = "demo";

    /// <summary>Their password.</summary>
    public const string MidnightPassword = "demo";

    /// <summary>Train Travel's own secret, which acts for <see cref="TravelClient"/>.</summary>
    public const string TravelToken = "demo-rail";

    /// <summary>Train Travel's client, at the authorisation server.</summary>
    public const string TravelClient = "demo-rail";

    // Nothing listens there: the code stands in the browser's address.
    private const string TravelRedirectUri = "http://127.0.0.1:9090/signed-in";

    /// <summary>The clients that get tokens with a secret: at the authorisation server, or as Midnight's user.</summary>
    public static IReadOnlyList<(Api Api, string Name, string Title, string Secret, string[] RedirectUris)> Clients { get; } =
    [
        (Api.OracleBrm, "demo-brm", "Demo BRM", "demo-brm-secret", []),
        (Api.Midnight, $"{MidnightUser}@{MidnightDomain}", "Demo API user", MidnightPassword, []),
        (Api.TrainTravel, TravelClient, "Demo Rail", "demo-rail-secret", [TravelRedirectUri]),
    ];

    /// <summary>Someone who signs in, to let Train Travel's client act for them.</summary>
    public const string Traveller = "traveller@demo.example";

    /// <summary>Their password.</summary>
    public const string TravellerPassword = "demo-traveller";

    /// <summary>The person who signs in at the console.</summary>
    public const string ConsoleUser = "demo";

    /// <summary>Their password.</summary>
    public const string ConsolePassword = "demo";

    // Of earlier demos, whose books a server may have opened since.
    private static readonly string[] Former = ["demo-travel-secret", "demo-midnight-password"];

    /// <summary>The secrets alone. Everyone knows them, so they open nothing outside the demo.</summary>
    public static IReadOnlySet<string> Secrets { get; } =
        All.Select(credential => credential.Secret).Concat(Clients.Select(client => client.Secret)).Append(TravellerPassword)
            .Append(ConsolePassword).Concat(Former).ToHashSet();

    /// <summary>Shows how to send each, and where a card can be taken in a browser.</summary>
    public static void Print(IAnsiConsole console, string address, Uri? sandbox)
    {
        var table = new Table().Border(TableBorder.None).HideHeaders().AddColumn("api").AddColumn("header");
        foreach (var api in All.Select(credential => credential.Api).Distinct())
        {
            foreach (var (_, kind, secret) in All.Where(credential => credential.Api == api))
                table.AddRow($"  [dim]{api.Dialect}[/]", Api.Header(kind, secret).EscapeMarkup());
            foreach (var client in Clients.Where(client => client.Api == api))
                table.AddRow("", WordsOf(client.Api, client.Name, client.Secret, address));
            if (api == Api.TrainTravel)
                table.AddRow("", $"[dim]or for[/] {Traveller}[dim], who signs in with[/] {TravellerPassword}");
        }

        console.WriteLine();
        console.MarkupLine("[dim]Merchant[/] Demo Company[dim]. Its credentials, for this machine only:[/]");
        if (sandbox is not null)
        {
            table.AddRow(
                "  [dim]sandbox[/]",
                $"Authorization: Bearer {DemoSandbox.ApiKey} [dim]on[/] {sandbox.GetLeftPart(UriPartial.Authority)} [dim](the payment "
                + "provider)[/]");
        }

        console.Write(table);
        console.WriteLine();
        console.MarkupLine(
            $"[dim]See it all in the console:[/] {address.EscapeMarkup()}/console [dim]as[/] {ConsoleUser}[dim], password[/] "
            + $"{ConsolePassword}");
        console.MarkupLine($"[dim]Take a card in the browser:[/] {address.EscapeMarkup()}{CheckoutPage.Path}");
        console.MarkupLine("[dim]docs/connect.md has a first payment for each API. Stop with Ctrl-C.[/]");
    }

    private static string WordsOf(Api api, string client, string secret, string address) => api == Api.Midnight
        ? $"[dim]or a Midnight token for[/] {MidnightUser}[dim] of domain[/] {MidnightDomain}[dim], with the password[/] {secret}"
        : $"[dim]or a token from[/] {address.EscapeMarkup()}/oauth/token [dim]for the client[/] {client}:{secret}";
}
