using System.CommandLine;
using System.Net.Mail;
using Quittance.Core.Access;
using Quittance.Storage.Tenancy;
using Spectre.Console;

namespace Quittance.Host.Cli;

/// <summary><c>person</c>: the people who sign in and let clients act for them.</summary>
internal static class PersonCommand
{
    private static readonly Option<string> Email = new("--email") { Description = "The address with which they sign in", HelpName = "address", Required = true };
    private static readonly Option<string> Name = new("--name") { Description = "What they are called", HelpName = "text", Required = true };

    private static readonly Option<OperatorRole?> Role = new("--role")
    {
        Description = "What they may do in the operators' console (default: nothing, they only let clients act for them)",
        HelpName = "viewer|operator|admin",
    };

    public static Command Create()
    {
        var create = new Command("create", "Let someone sign in, and print the password: once, as only a salted hash is kept")
        {
            MerchantOption.Merchant, Email, Name, Role, DatabaseOptions.Data, DatabaseOptions.Database, JsonOption.Json,
        };
        create.SetAction((options, cancel) => Terminal.RunAsync(progress => CreateAsync(options, progress, cancel)));
        var list = new Command("list", "List who may sign in")
        {
            MerchantOption.Merchant, DatabaseOptions.Data, DatabaseOptions.Database, JsonOption.Json,
        };
        list.SetAction((options, cancel) => Terminal.RunAsync(progress => ListAsync(options, progress, cancel)));
        return new Command("person", "The people who sign in and let clients act for them") { create, list };
    }

    private static async Task<int> CreateAsync(ParseResult options, IProgress<string> progress, CancellationToken cancel)
    {
        var email = options.GetRequiredValue(Email).Trim();
        if (!MailAddress.TryCreate(email, out var parsed) || parsed.Address != email || email.Length > People.LongestEmail)
            throw new CommandException("--email must be an e-mail address, such as ada@example.com.");
        var name = options.GetRequiredValue(Name).Trim();
        if (name.Length == 0)
            throw new CommandException("A person needs a name.");

        await using var database = await OpenDatabase.OwnOrShareAsync(options, progress, cancel);
        var merchant = await MerchantOption.FindAsync(options, new Merchants(database.Source, TimeProvider.System), cancel);
        var password = NewSecret.Password();
        using var people = new People(database.Source, TimeProvider.System, new HashSet<string>());
        if (!await people.EnsureAsync(
            merchant, email, name, password, cancel, options.GetValue(Role), CommandLineOrigin.Of(merchant, "person.create", $"person {email} ({name})")))
        {
            throw new CommandException($"{email} signs in already.");
        }

        Report.Print(options, new { Merchant = merchant.Value, Email = email.ToLowerInvariant(), Name = name, Role = options.GetValue(Role), Password = password }, () =>
        {
            Terminal.Out.MarkupLineInterpolated($"[green]✓[/] {name} signs in as {email} with merchant {merchant.Value}. The password is shown this once:");
            Terminal.Out.WriteLine($"  {password}");
        });
        return 0;
    }

    private static async Task<int> ListAsync(ParseResult options, IProgress<string> progress, CancellationToken cancel)
    {
        await using var database = await OpenDatabase.ExistingAsync(options, progress, cancel);
        var merchant = await MerchantOption.FindAsync(options, new Merchants(database.Source, TimeProvider.System), cancel);
        using var known = new People(database.Source, TimeProvider.System, new HashSet<string>());
        var people = await known.ListAsync(merchant, cancel);
        Report.Print(options, new { People = people.Select(one => new { one.Person.Id, one.Person.Email, one.Person.Name, one.Person.Role, one.CreatedAt }) }, () =>
        {
            if (people.Count == 0)
                Terminal.Out.MarkupLine("Nobody signs in.");
            foreach (var (person, createdAt) in people)
                Terminal.Out.MarkupLineInterpolated($"[bold]{person.Email}[/]  {person.Name}{(person.Role is { } role ? $" · {Report.Word(role)}" : "")} · since {Report.Time(createdAt)}");
        });
        return 0;
    }
}
