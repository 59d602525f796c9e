using System.CommandLine;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Storage.Tenancy;
using Spectre.Console;

namespace Quittance.Host.Cli;

/// <summary><c>origin</c>: whose pages may embed the payment widget.</summary>
internal static class OriginCommand
{
    private static readonly Argument<string> Page = new("origin") { Description = "Where the pages come from, such as https://shop.example or http://localhost:3000" };

    public static Command Create()
    {
        var list = new Command("list", "List the origins whose pages may embed the payment widget")
        {
            MerchantOption.Merchant, MerchantOption.Api, DatabaseOptions.Data, DatabaseOptions.Database, JsonOption.Json,
        };
        list.SetAction((options, cancel) => Terminal.RunAsync(progress => ListAsync(options, progress, cancel)));
        var add = new Command("add", "Let pages of an origin embed the payment widget")
        {
            Page, MerchantOption.Merchant, MerchantOption.Api, DatabaseOptions.Data, DatabaseOptions.Database, JsonOption.Json,
        };
        add.SetAction((options, cancel) => Terminal.RunAsync(progress => ChangeAsync(options, isAllowed: true, progress, cancel)));
        var remove = new Command("remove", "Let them no longer")
        {
            Page, MerchantOption.Merchant, MerchantOption.Api, DatabaseOptions.Data, DatabaseOptions.Database, JsonOption.Json,
        };
        remove.SetAction((options, cancel) => Terminal.RunAsync(progress => ChangeAsync(options, isAllowed: false, progress, cancel)));
        return new Command("origin", "Whose pages may embed the payment widget") { list, add, remove };
    }

    private static async Task<int> ListAsync(ParseResult options, IProgress<string> progress, CancellationToken cancel)
    {
        await using var database = await OpenDatabase.ExistingAsync(options, progress, cancel);
        var (_, known) = await FindAsync(options, new Merchants(database.Source, TimeProvider.System), cancel);
        Report.Print(options, new { Origins = known.Select(origin => origin.ToString()) }, () =>
        {
            foreach (var origin in known)
                Terminal.Out.WriteLine(origin.ToString());
            if (known.Count == 0)
                Terminal.Out.WriteLine("None: only pages of the server itself may embed the payment widget.");
        });
        return 0;
    }

    private static async Task<int> ChangeAsync(ParseResult options, bool isAllowed, IProgress<string> progress, CancellationToken cancel)
    {
        if (!WebOrigin.TryParse(options.GetRequiredValue(Page), out var origin))
            throw new CommandException("An origin is http or https, a host in Latin letters, and its port where it is not the usual one, such as https://shop.example: no path, no wildcard.");

        await using var database = await OpenDatabase.OwnOrShareAsync(options, progress, cancel);
        var merchants = new Merchants(database.Source, TimeProvider.System);
        var (merchant, known) = await FindAsync(options, merchants, cancel);
        if (!isAllowed && !known.Contains(origin))
            throw new CommandException($"{origin} is not among those that may: {(known.Count == 0 ? "there are none" : string.Join(", ", known))}.");
        var api = MerchantOption.ApiOf(options).Dialect;
        await merchants.AllowAsync(
            merchant, api, origin, isAllowed, cancel,
            CommandLineOrigin.Of(merchant, isAllowed ? "origin.add" : "origin.remove", $"{origin} for {api}"));
        Report.Print(options, new { Origin = origin.ToString(), Api = api, MayEmbed = isAllowed }, () => Terminal.Out.MarkupLineInterpolated($"[green]✓[/] Pages of [bold]{origin}[/] may {(isAllowed ? "" : "no longer ")}embed the payment widget. Running servers know it within seconds."));
        return 0;
    }

    private static async Task<(MerchantId Merchant, IReadOnlyList<WebOrigin> Origins)> FindAsync(ParseResult options, Merchants merchants, CancellationToken cancel)
    {
        var merchant = await MerchantOption.FindAsync(options, merchants, cancel);
        var api = MerchantOption.ApiOf(options).Dialect;
        return await merchants.OriginsAsync(merchant, api, cancel) is { } origins
            ? (merchant, origins)
            : throw new CommandException($"Merchant {merchant.Value} has no {api}. Open it with: quittance credential create");
    }
}
