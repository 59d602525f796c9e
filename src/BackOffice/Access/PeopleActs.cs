using Quittance.BackOffice.Acts;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Acts;
using Quittance.Storage.Tenancy;

namespace Quittance.BackOffice.Access;

/// <summary>The access of people.</summary>
public static class PeopleActs
{
    public const string Email = "email";
    public const string Role = "role";

    private static readonly Ask Whom =
        new(Email, AskKind.Text, "E-mail address", "The person, by the address that they sign in with.") { IsNoCard = true };

    public static DeclaredAct End { get; } = new(
        "person.end", "Ends the access of a person",
        "They are signed out at once and can't sign in any more, and no client acts for them. This can't be undone. Their actions stay in "
        + "the audit log.",
        OperatorRole.Admin, [Whom], request => ChangeAsync(
            request, (people, person) => people.EndAsync(request.Merchant, person.Id, request.By(SubjectOf(person)), request.Cancel),
            person => $"{person.Name} is signed out and can't sign in any more."))
    {
        Operation = new("endPerson", "people/end", "Access", Scopes.Administer),
    };

    public static DeclaredAct ChangeRole { get; } = new(
        "person.role", "Changes the role of a person",
        "They are signed out, and have the role when they sign in next.",
        OperatorRole.Admin, [Whom, new(Role, AskKind.Word, "Role", "The role that they get.") { Words = EnumWords.All<OperatorRole>() }],
        request =>
        {
            var role = EnumWords.To<OperatorRole>(request.Asked.Required(Role));
            return ChangeAsync(
                request,
                (people, person) => people.SetRoleAsync(
                    request.Merchant, person.Id, role, request.By(SubjectOf(person), EnumWords.Of(role)), request.Cancel),
                person => $"{person.Name} is {EnumWords.Of(role)} from the next sign-in on.");
        })
    {
        Operation = new("changeRole", "people/role", "Access", Scopes.Administer),
    };

    /// <summary>The person's name in the audit log.</summary>
    public static string SubjectOf(Person person) => $"person {person.Email} ({person.Name})";

    private static async Task<ActResult> ChangeAsync(
        ActRequest request, Func<People, Person, Task<PersonOutcome>> change, Func<Person, string> done)
    {
        var people = request.Part<People>();
        if (await people.FindAsync(request.Merchant, request.Asked.Required(Email), request.Cancel) is not { } person)
            return ActResult.NoSuch(Email, "person", "No person signs in with this address.");
        return await change(people, person) switch
        {
            PersonOutcome.Changed or PersonOutcome.Repeated => ActResult.Done(done(person)),
            var refused => ActResult.Refused(ProblemOf(refused)!),
        };
    }

    /// <summary>Why a person's access did not change, in a sentence; null where it did.</summary>
    public static string? ProblemOf(PersonOutcome outcome) => outcome switch
    {
        PersonOutcome.Changed => null,
        PersonOutcome.Repeated => "This form was sent before, and it is done.",
        PersonOutcome.Unknown => "This person has no access any more.",
        PersonOutcome.Same => "It is so already.",
        PersonOutcome.Oneself => "People can't change their own access. Ask another admin.",
        PersonOutcome.LastAdmin => "This is the last admin, and without one no one could let people in. Make someone else an admin first.",
        PersonOutcome.LinkEnded => "This link does not work any more.",
    };
}
