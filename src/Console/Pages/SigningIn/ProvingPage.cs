using Microsoft.AspNetCore.Components;
using Quittance.Console.Layout;
using Quittance.Core.Access;
using static Quittance.Console.Languages.Texts;

namespace Quittance.Console.Pages.SigningIn;

/// <summary>A page on which a person who is signed in proves again who they are.</summary>
public abstract class ProvingPage : ActionPage
{
    [Inject] public IPeople SignIns { get; set; } = null!;

    /// <summary>Whether the person knows the password. Shows the problem where they do not.</summary>
    /// <param name="field">The field with the password.</param>
    protected async Task<bool> IsPasswordRightAsync(Person person, string field, string password) =>
        IsRight(field, await SignIns.ConfirmByPasswordAsync(person, password, Cancel), Say("This is not your password."));

    /// <summary>Whether a try was right. Shows the problem where it was not.</summary>
    /// <param name="field">The field that was filled in.</param>
    /// <param name="attempt">The try.</param>
    /// <param name="wrong">The problem of a try that was looked at.</param>
    protected bool IsRight(string field, Core.Access.SignIn attempt, string? wrong)
    {
        if (attempt.Wait is { } wait)
            Problem = SignIn.WaitFor(wait, Http);
        else
            Check(field, attempt.Person is null ? wrong : null);
        return attempt.Person is not null;
    }
}
