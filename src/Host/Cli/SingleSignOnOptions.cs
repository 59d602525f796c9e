using System.CommandLine;
using Quittance.Console.Access;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Storage.Tenancy;

namespace Quittance.Host.Cli;

/// <summary>The options by which people sign in at the console with a foreign identity provider.</summary>
internal static class SingleSignOnOptions
{
    private const string IdVariable = "QUITTANCE_SIGN_IN_CLIENT_ID";
    private const string SecretVariable = "QUITTANCE_SIGN_IN_CLIENT_SECRET";

    private static readonly Option<string?> Issuer = Options.Text(
        "--sign-in-issuer", "url",
        "Let people sign in at the console with this identity provider (OpenID Connect); "
            + $"the server asks it as the client in the variables {IdVariable} and {SecretVariable}");

    private static readonly Option<long?> For = new("--sign-in-for")
    {
        Description = "The merchant whose console its people enter",
        HelpName = "merchant",
    };

    private static readonly Option<string> RoleClaim = Options.WithDefault(
        "--sign-in-roles", "claim",
        "The claim of its ID token that names the role: "
            + string.Join(", ", Enum.GetValues<OperatorRole>().Select(SingleSignOnSettings.ValueOf)), () => "roles");

    private static readonly Option<string?> Acr = Options.Text(
        "--sign-in-acr", "value",
        "Take only people whom the provider has checked in this way: the value of its claim acr, such as the one for two factors");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Option> All { get; } = [Issuer, For, RoleClaim, Acr];

    /// <summary>The identity provider; null for none.</summary>
    public static SingleSignOnSettings? Of(Run run)
    {
        if (run.Get(Issuer) is not { } issuer)
            return null;
        if (!Uri.TryCreate(issuer, UriKind.Absolute, out var address) || !SecretAddress.Allows(address))
            throw new CommandException("--sign-in-issuer must be an absolute https address.");
        if (run.Get(For) is not { } merchant)
            throw new CommandException("--sign-in-for must name the merchant whose console people enter, such as 1.");
        var (id, secret) = (Environment.GetEnvironmentVariable(IdVariable), Environment.GetEnvironmentVariable(SecretVariable));
        if (string.IsNullOrEmpty(id) || string.IsNullOrEmpty(secret))
        {
            throw new CommandException(
                $"Put the client that the identity provider knows into the variables {IdVariable} and {SecretVariable}.");
        }

        return new SingleSignOnSettings(issuer, id, secret, new MerchantId(merchant))
        {
            RoleClaim = run.Required(RoleClaim),
            Acr = run.Get(Acr),
        };
    }

    /// <summary>Refuses a merchant that is not there.</summary>
    public static async Task CheckAsync(SingleSignOnSettings settings, Merchants merchants, CancellationToken cancel)
    {
        if (!await merchants.IsKnownAsync(settings.Merchant, cancel))
            throw new CommandException($"There is no merchant {settings.Merchant.Value}. Make one with: quittance merchant create");
    }
}
