using Quittance.Storage.Tenancy;

namespace Quittance.Console.Pages.Access;

/// <summary>Says why a person's access was not changed.</summary>
internal static class PersonProblem
{
    /// <summary>Why; null where it was changed.</summary>
    public static string? Of(PersonOutcome outcome) => outcome switch
    {
        PersonOutcome.Changed => null,
        PersonOutcome.Unknown => "They sign in no more.",
        PersonOutcome.Same => "Nothing has changed: it is so already.",
        PersonOutcome.Oneself => "Nothing has changed: nobody changes their own access. Ask another admin.",
        PersonOutcome.LastAdmin => "Nothing has changed: they are the last admin, and nobody could let people in without one. Make someone else an admin first.",
        PersonOutcome.Repeated => "This was sent before and is done.",
    };
}
