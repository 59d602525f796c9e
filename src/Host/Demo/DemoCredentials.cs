using Quittance.Core.Access;
using Spectre.Console;

namespace Quittance.Host.Demo;

/// <summary>The demo's credentials, known to everyone.</summary>
internal static class DemoCredentials
{
    /// <summary>TMF676's; assumed for requests without any credential.</summary>
    public const string Tmf676 = "demo-telco";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<(Api Api, CredentialKind Kind, string Secret)> All { get; } =
    [
        (Api.OracleBrm, CredentialKind.Bearer, "demo-brm"),
        (Api.Tmf676, CredentialKind.Bearer, Tmf676),
        (Api.SportAlliance, CredentialKind.ApiKey, "demo-studio"),
        (Api.Midnight, CredentialKind.Prc, "demo-prc"),
        (Api.Midnight, CredentialKind.Midnight, "demo-midnight"),
        (Api.Midnight, CredentialKind.MisKey, "demo-mis"),
    ];

    /// <summary>Midnight's user, who gets tokens with a password.</summary>
    public const string MidnightUser = "api";

    /// <summary>The domain of that user.</summary>
    public const string MidnightDomain = "demo-company";

    /// <summary>Their password.</summary>
    public const string MidnightPassword = "demo-midnight-password";

    /// <summary>Train Travel's client, at the authorisation server.</summary>
    public const string TravelClient = "demo-travel";

    /// <summary>Its secret.</summary>
    public const string TravelSecret = "demo-travel-secret";

    /// <summary>Where it has people sent back to: nothing listens there, and the code stands in the browser's address.</summary>
    public const string TravelRedirectUri = "http://127.0.0.1:9090/signed-in";

    /// <summary>Someone who signs in there.</summary>
    public const string Traveller = "traveller@demo.example";

    /// <summary>Their password.</summary>
    public const string TravellerPassword = "demo-traveller";

    /// <summary>The secrets alone. Known to everyone, so outside the demo they let nobody in.</summary>
    public static IReadOnlySet<string> Secrets { get; } = All.Select(credential => credential.Secret).Append(TravelSecret).Append(TravellerPassword).Append(MidnightPassword).ToHashSet();

    /// <summary>Shows how to send each, and where a card can be taken in a browser.</summary>
    public static void Print(IAnsiConsole console, string address, Uri? sandbox)
    {
        var table = new Table().Border(TableBorder.None).HideHeaders().AddColumn("api").AddColumn("header");
        foreach (var (api, kind, secret) in All)
            table.AddRow($"  [dim]{api.Dialect}[/]", Api.Header(kind, secret).EscapeMarkup());
        table.AddRow("", $"[dim]or a Midnight token for[/] {MidnightUser}[dim] of[/] {MidnightDomain}[dim], with[/] {MidnightPassword}");
        table.AddRow($"  [dim]{Api.TrainTravel.Dialect}[/]", $"a token from {address}/oauth/token [dim]for the client[/] {TravelClient}:{TravelSecret}");
        table.AddRow("", $"[dim]or for[/] {Traveller}[dim], who signs in with[/] {TravellerPassword}");
        console.WriteLine();
        console.MarkupLine("[dim]Merchant[/] Demo Company[dim]. Its credentials, for this machine only:[/]");
        if (sandbox is not null)
            table.AddRow("  [dim]sandbox[/]", $"Authorization: Bearer {DemoSandbox.ApiKey} [dim]on[/] {sandbox.GetLeftPart(UriPartial.Authority)} [dim](the payment provider)[/]");
        console.Write(table);
        console.WriteLine();
        console.MarkupLine($"[dim]Take a card in the browser:[/] {address.EscapeMarkup()}{CheckoutPage.Path}");
        console.MarkupLine("[dim]The README has a first payment for each API. Stop with Ctrl-C.[/]");
    }
}
