using System.Text.RegularExpressions;
using Quittance.Core.Access;
using Quittance.Tests.Running;

namespace Quittance.Tests.Console;

/// <summary>A phone that shows codes. Its clock is early by a step, unless a test asks for the code of another one.</summary>
internal sealed class Authenticator
{
    private readonly byte[] _secret;

    // The step at the beginning of a test may end at once: a server takes the codes of this one and of the next for half a minute at least.
    private readonly long _step = OneTimeCode.StepOf(TimeProvider.System.GetUtcNow()) + 1;

    /// <summary>The phone that has a secret.</summary>
    public Authenticator(string secret) => _secret = Base32.Read(secret)!;

    public IReadOnlyList<string> RecoveryCodes { get; private set; } = [];

    public string Secret => Base32.Write(_secret);

    /// <summary>Has a person who is signed in set up the second factor, with the code of the step before.</summary>
    public static async Task<Authenticator> SetUpAsync(TestDesk desk)
    {
        var form = await SeenForm.OpenAsync(desk, "/console/second-factor/new");
        var phone = new Authenticator(form["Secret"]);
        using var answer = await desk.SendAsync(
            "/console/second-factor/new", ("Secret", form["Secret"]), ("Key", form["Key"]), ("Code", phone.Code(-1)));
        phone.RecoveryCodes = CodesIn(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(10, phone.RecoveryCodes.Distinct().Count());
        desk.Follow(answer);
        SecretWatch.OfTheRun.Add([phone.Secret, .. phone.RecoveryCodes]);
        return phone;
    }

    /// <summary>The code of a step, counted from the one after the step at the beginning.</summary>
    public string Code(int steps = 0) => OneTimeCode.Of(_secret, _step + steps);

    /// <summary>The recovery codes that a page shows.</summary>
    public static IReadOnlyList<string> CodesIn(string page) =>
    [
        .. Regex.Matches(
            page, "(?<=<code>)[A-Z2-7]{4}(-[A-Z2-7]{4}){3}(?=</code>)", RegexOptions.ExplicitCapture,
            TimeSpan.FromMinutes(1)).Select(match => match.Value),
    ];
}
