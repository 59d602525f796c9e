using System.CommandLine;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Host.Access;
using Quittance.Storage.Tenancy;

namespace Quittance.Host.Cli;

/// <summary>The options by which a server takes the tokens of a foreign authorisation server in place of its own.</summary>
internal static class IssuerOptions
{
    private const string IdVariable = "QUITTANCE_ISSUER_CLIENT_ID";
    private const string SecretVariable = "QUITTANCE_ISSUER_CLIENT_SECRET";

    private static readonly Option<string?> Issuer = Options.Text(
        "--issuer", "url",
        "Accept the tokens of this authorisation server in place of our own (RFC 7662); "
            + $"the server asks it as the client in the variables {IdVariable} and {SecretVariable}");

    private static readonly Option<string?> For = Options.Text(
        "--issuer-for", "merchant/api", "What its tokens open: a merchant and one of its APIs, such as 1/train-travel");
    private static readonly Option<string?> Introspection = Options.Text(
        "--issuer-introspection", "url", "Where it is asked about tokens (default: as its metadata say)");
    private static readonly Option<string?> Audience = Options.Text(
        "--issuer-audience", "text", "The audience that its tokens must have, as the issuer writes it for this server");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Option> All { get; } = [Issuer, For, Introspection, Audience];

    /// <summary>The settings that the options ask for; null for none.</summary>
    public static IssuerSettings? Of(Run run)
    {
        if (run.Get(Issuer) is not { } issuer)
            return null;
        if (!Uri.TryCreate(issuer, UriKind.Absolute, out var address) || !SecretAddress.Allows(address))
            throw new CommandException("--issuer must be an absolute https address.");
        Uri? introspection = null;
        if (run.Get(Introspection) is { } place
            && !(Uri.TryCreate(place, UriKind.Absolute, out introspection) && SecretAddress.Allows(introspection)))
        {
            throw new CommandException("--issuer-introspection must be an absolute https address.");
        }

        var apis = Api.All.Select(api => api.Dialect).ToList();
        if (run.Get(For)?.Split('/') is not [var number, var name] || !long.TryParse(number, out var merchant) || !apis.Contains(name))
        {
            throw new CommandException(
                $"--issuer-for must name a merchant and an API, such as 1/{Api.TrainTravel.Dialect}. APIs: {string.Join(", ", apis)}.");
        }

        var (id, secret) = (Environment.GetEnvironmentVariable(IdVariable), Environment.GetEnvironmentVariable(SecretVariable));
        if (string.IsNullOrEmpty(id) || string.IsNullOrEmpty(secret))
            throw new CommandException($"Say in the variables {IdVariable} and {SecretVariable} as whom the issuer is asked about tokens.");
        if (run.Get(Audience) is not { Length: > 0 } audience)
            throw new CommandException("Say with --issuer-audience which tokens are meant for this server: it takes no others.");
        return new IssuerSettings(issuer, id, secret, new MerchantId(merchant), name, audience)
        {
            Introspection = introspection,
        };
    }

    /// <summary>Lets its tokens open what they are for.</summary>
    public static async Task ConnectAsync(IssuerSettings issuer, Merchants merchants, CancellationToken cancel)
    {
        if (!await merchants.IsKnownAsync(issuer.Merchant, cancel))
            throw new CommandException($"There is no merchant {issuer.Merchant.Value}. Make one with: quittance merchant create");
        await issuer.ConnectAsync(merchants, Api.All.Single(api => api.Dialect == issuer.Dialect).Scopes, cancel);
    }
}
