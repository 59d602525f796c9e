using System.CommandLine;
using Quittance.Storage.Tenancy;
using Spectre.Console;

namespace Quittance.Host.Cli;

/// <summary><c>merchant</c>: the businesses whose books are kept.</summary>
internal static class MerchantCommand
{
    private static readonly Argument<string> Name = new("name") { Description = "The merchant's name, as operators see it" };

    public static Command Create()
    {
        var create = new Command("create", "Create a merchant and print its id") { Name, DatabaseOptions.Data, DatabaseOptions.Database };
        create.SetAction((options, cancel) => Terminal.RunAsync(async progress =>
        {
            var name = options.GetRequiredValue(Name).Trim();
            if (name.Length == 0)
                throw new CommandException("A merchant needs a name.");
            await using var database = await OpenDatabase.OwnOrShareAsync(options, progress, cancel);
            var merchant = await new Merchants(database.Source, TimeProvider.System).CreateAsync(name, cancel);
            Terminal.Out.MarkupLineInterpolated($"[green]✓[/] Merchant [bold]{merchant.Value}[/]: {name}");
            return 0;
        }));
        return new Command("merchant", "The businesses whose books are kept") { create };
    }
}
