using System.CommandLine;
using Quittance.Core;
using Quittance.Storage.Tenancy;

namespace Quittance.Host.Cli;

/// <summary>The options by which a command names the merchant and the API it is about.</summary>
internal static class MerchantOption
{
    /// <summary>The merchant.</summary>
    public static Option<long> Merchant { get; } = new("--merchant") { Description = "The merchant's id", HelpName = "id", Required = true };

    /// <summary>The API.</summary>
    public static Option<string> Api { get; } = CreateApi();

    /// <summary>The merchant, if it exists.</summary>
    public static async Task<MerchantId> FindAsync(ParseResult options, Merchants merchants, CancellationToken cancel)
    {
        var id = new MerchantId(options.GetValue(Merchant));
        var known = await merchants.ListAsync(cancel);
        return known.Any(merchant => merchant.Id == id)
            ? id
            : throw new CommandException($"There is no merchant {id.Value}. Known: {string.Join(", ", known.Select(m => $"{m.Id.Value} ({m.Name})"))}.");
    }

    /// <summary>The API that was named.</summary>
    public static Api ApiOf(ParseResult options) => Host.Api.All.First(api => api.Dialect == options.GetValue(Api));

    private static Option<string> CreateApi()
    {
        var option = new Option<string>("--api") { Description = "The API whose names and credentials are meant", HelpName = "name", Required = true };
        return option.AcceptOnlyFromAmong([.. Host.Api.All.Select(api => api.Dialect)]);
    }
}
