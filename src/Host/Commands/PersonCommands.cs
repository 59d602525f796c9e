using System.CommandLine;
using System.Net.Mail;
using Quittance.Core.Access;
using Quittance.Host.Cli;
using Quittance.Storage.Tenancy;

namespace Quittance.Host.Commands;

/// <summary><c>person</c>: the people who sign in and let clients act for them.</summary>
internal static class PersonCommands
{
    private static readonly Option<string> Email = Options.Required("--email", "address", "The address with which they sign in");

    private static readonly Option<string> Name = Options.Required("--name", "text", "Their name");

    private static readonly Option<OperatorRole?> Role = Options.Of<OperatorRole?>(
        "--role", "viewer|operator|admin", "Their role in the operators' console (default: none, they only let clients act for them)");

    public static Command Person() => new("person", "The people who sign in and let clients act for them")
    {
        Act.OfMerchant(
            "create", "Let someone sign in, and print the password: once, as only a salted hash is kept",
            CreateAsync, Email, Name, Role),
        Act.OfMerchant("list", "List the people who may sign in", ListAsync),
    };

    private static async Task CreateAsync(Run run)
    {
        var email = run.Required(Email).Trim();
        if (!MailAddress.TryCreate(email, out var parsed) || parsed.Address != email || email.Length > People.LongestEmail)
            throw new CommandException("--email must be an e-mail address, such as ada@example.com.");
        var name = run.Required(Name).Trim();
        if (name.Length == 0)
            throw new CommandException("A person needs a name.");

        var (books, merchant) = await run.ChangeMerchantAsync();
        var (password, role) = (NewSecret.Password(), run.Get(Role));
        using var people = new People(books, run.Clock, new HashSet<string>());
        if (!await people.EnsureAsync(
            merchant, email, name, password, run.Cancel, role, run.By(merchant, "person.create", $"person {email} ({name})")))
        {
            throw new CommandException($"{email} signs in already.");
        }

        run.Print(new { Merchant = merchant.Value, Email = email.ToLowerInvariant(), Name = name, Role = role, Password = password }, () =>
        {
            Terminal.Line($"[green]✓[/] {name} signs in as {email} with merchant {merchant.Value}. The password is shown this once:");
            Terminal.WriteLine($"  {password}");
        });
    }

    private static async Task ListAsync(Run run)
    {
        var (books, merchant) = await run.ReadMerchantAsync();
        using var known = new People(books, run.Clock, new HashSet<string>());
        var people = await known.ListAsync(merchant, run.Cancel);
        run.Print(new
        {
            People = people.Select(
            one => new { one.Person.Id, one.Person.Email, one.Person.Name, one.Person.Role, one.CreatedAt })
        }, () =>
        {
            if (people.Count == 0)
                Terminal.Line($"No person signs in yet.");
            foreach (var (person, createdAt) in people)
            {
                var role = person.Role is { } held ? $" · {Report.Word(held)}" : "";
                Terminal.Line($"[bold]{person.Email}[/]  {person.Name}{role} · since {Report.Time(createdAt)}");
            }
        });
    }
}
