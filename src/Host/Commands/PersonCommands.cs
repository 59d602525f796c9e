using System.CommandLine;
using System.Net.Mail;
using Quittance.BackOffice.Access;
using Quittance.Console;
using Quittance.Core;
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
        CommandMaker.OfMerchant(
            "create", "Let someone sign in, and print the password: once, as only a salted hash is kept",
            CreateAsync, Email, Name, Role),
        CommandMaker.OfMerchant("list", "List the people who may sign in", ListAsync),
        CommandMaker.OfMerchant(
            "set-password", "Give someone a new password, which they change at their next sign-in, and print it: once", SetPasswordAsync,
            Email),
        CommandMaker.OfMerchant(
            "reset-link", "Make a link with which someone sets a new password, once and within an hour, and print it",
            MakeResetLinkAsync, Email, Options.Server),
        CommandMaker.OfMerchant("unlock", "Let someone try again at once after wrong passwords or codes", UnlockAsync, Email),
        CommandMaker.OfMerchant(
            "remove-second-factor", "Take the second factor of someone away who has lost their device and their recovery codes",
            RemoveSecondFactorAsync, Email),
        ActCommand.Of(PeopleActs.ChangeRole, "role"),
        ActCommand.Of(PeopleActs.End, "end"),
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
            merchant, email, name, password, run.Cancel, role, run.By(merchant, "person.create", $"person {email} ({name})"),
            isInitial: true))
        {
            throw new CommandException($"{email} signs in already.");
        }

        run.Print(new { Merchant = merchant.Value, Email = email.ToLowerInvariant(), Name = name, Role = role, Password = password }, () =>
        {
            Terminal.Line(
                $"[green]✓[/] {name} signs in as {email} with merchant {merchant.Value}. The password is shown this once, ",
                $"and they change it at their first sign-in:");
            Terminal.WriteLine($"  {password}");
        });
    }

    private static async Task SetPasswordAsync(Run run)
    {
        var (people, person) = await FindAsync(run);
        using var known = people;
        var password = NewSecret.Password();
        await people.SetPasswordAsync(
            person.Merchant, person.Id, password, By(run, person, "person.password"), run.Cancel, isInitial: true);
        run.Print(new { person.Email, Password = password }, () =>
        {
            Terminal.Line($"[green]✓[/] {person.Email} is signed out everywhere and has a new password, shown this once:");
            Terminal.WriteLine($"  {password}");
        });
    }

    private static async Task MakeResetLinkAsync(Run run)
    {
        var server = run.ServerAddress();
        var (people, person) = await FindAsync(run);
        using var known = people;
        var (_, token) = await people.MakeResetLinkAsync(person.Merchant, person.Id, By(run, person, "person.reset-link"), run.Cancel);
        var link = new Uri(new Uri(server), ConsoleRoutes.ResetAddress(token!)).AbsoluteUri;
        run.Print(new { person.Email, Link = link }, () =>
        {
            Terminal.Line($"[green]✓[/] {person.Email} sets a new password with this link, once and within an hour:");
            Terminal.WriteLine($"  {link}");
        });
    }

    private static async Task UnlockAsync(Run run)
    {
        var (people, person) = await FindAsync(run);
        using var known = people;
        var wasLocked = await people.UnlockAsync(person, By(run, person, "person.unlock"), run.Cancel);
        run.Print(
            new { person.Email, HadTries = wasLocked },
            $"[green]✓[/] {person.Email} may sign in at once{(wasLocked ? "" : "; they had no failed tries")}.");
    }

    private static async Task RemoveSecondFactorAsync(Run run)
    {
        var (people, person) = await FindAsync(run);
        using var known = people;
        var factors = new SecondFactors(run.Database.Source, await run.OpenVaultAsync(), run.Clock);
        if (!await factors.RemoveAsync(person.Merchant, person.Id, By(run, person, "factor.remove"), run.Cancel))
            throw new CommandException($"{person.Email} has no second factor.");
        run.Print(
            new { person.Email, HasSecondFactor = false },
            $"[green]✓[/] {person.Email} is signed out, and signs in with the password alone until they set up a second factor.");
    }

    private static Origin By(Run run, Person person, string what) =>
        run.By(person.Merchant, what, $"person {person.Email} ({person.Name})");

    private static async Task<(People People, Person Person)> FindAsync(Run run)
    {
        var (books, merchant) = await run.ChangeMerchantAsync();
        var people = new People(books, run.Clock, new HashSet<string>());
        if (await people.FindAsync(merchant, run.Required(Email), run.Cancel) is { } person)
            return (people, person);
        people.Dispose();
        throw new CommandException($"{run.Required(Email)} does not sign in with merchant {merchant.Value}.");
    }

    private static async Task ListAsync(Run run)
    {
        var (books, merchant) = await run.ReadMerchantAsync();
        using var known = new People(books, run.Clock, new HashSet<string>());
        var people = await known.ListAsync(merchant, run.Cancel);
        run.Print(new
        {
            People = people.Select(
            one => new { one.Person.Id, one.Person.Email, one.Person.Name, one.Person.Role, one.Person.HasSecondFactor, one.CreatedAt })
        }, () =>
        {
            if (people.Count == 0)
                Terminal.Line($"No person signs in yet.");
            foreach (var (person, createdAt) in people)
            {
                var role = person.Role is { } held ? $" · {Report.Word(held)}" : "";
                var factor = person.HasSecondFactor ? " · second factor" : "";
                Terminal.Line($"[bold]{person.Email}[/]  {person.Name}{role}{factor} · since {Report.Time(createdAt)}");
            }
        });
    }
}
