using Quittance.Console.Access;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Dialects.Http;
using Quittance.Host.Watching;
using Quittance.Storage.Tenancy;

namespace Quittance.Host.Access;

/// <summary>
/// People sign in at the console and for a client, by the same steps. Each step is in the security log, and those of people with a role are
/// in the audit log as well.
/// </summary>
internal sealed class SignIns(
    People people, SecondFactors factors, Passkeys passkeys, PasskeyDesk passkeyDesk, PendingSignIns pending, KnownDevices devices,
    AddressTries sources, IHttpContextAccessor current, SecurityLog log, OperatorActions actions, TimeProvider clock) : IPeople
{
    /// <summary>How many passwords, codes and passkeys an office behind one address needs within a minute at the most.</summary>
    public const int UsualLimit = 30;

    // Where a person signs in: with a password alone; the others say what came after it, or in its place.
    private const string Where = "sign-in";
    private const string WithCode = "sign-in with a code";
    private const string WithPasskey = "sign-in with a passkey";
    private const string ByPasskey = "sign-in by passkey";
    private const string SingleSignOn = "single sign-on";
    private const string Confirm = "confirm";

    public async Task<SignIn> SignInAsync(MerchantId merchant, string email, string password, CancellationToken cancel)
    {
        // A browser that the person has used before has its own count, so that strangers behind the same address do not lock it out.
        var isKnown = await devices.IsKnownAsync(current.HttpContext, merchant, email, cancel);
        if (!isKnown && Counted(merchant, null, Where) is { } wait)
            return new SignIn(null, wait);
        var kind = isKnown ? TryKind.Device : TryKind.Password;
        var checkedSignIn = await people.CheckAsync(merchant, email, password, kind, cancel);
        if (checkedSignIn.Person is { } person)
            return await NextAsync(person, null, isProven: false, Where, cancel);
        await NoteAsync(checkedSignIn, SecurityEvent.SignInFailed, merchant, Where, cancel);
        return checkedSignIn;
    }

    public async Task<SignIn> ConfirmByPasswordAsync(Person person, string password, CancellationToken cancel)
    {
        // Strangers who guess the password elsewhere do not keep its owner from changing it.
        var attempt = await people.CheckAsync(person.Merchant, person.Email, password, TryKind.Device, cancel) with { Named = person };
        if (attempt.Person is null)
            await NoteAsync(attempt, SecurityEvent.SignInFailed, person.Merchant, Confirm, cancel);
        return attempt;
    }

    public Task<SignIn> ConfirmByCodeAsync(Person person, string code, CancellationToken cancel) =>
        CheckCodeAsync(person, code, TryKind.DeviceCode, Confirm, cancel);

    public Task<SignIn> ConfirmByPasskeyAsync(Person person, PasskeyAnswer answer, CancellationToken cancel) =>
        CheckPasskeyAsync(person, answer, Confirm, cancel);

    public async Task<SignIn> SignInByPasskeyAsync(PasskeyAnswer answer, CancellationToken cancel)
    {
        var owner = PasskeyDesk.OwnerIn(answer);
        var isKnown = owner is var (of, whose) && await devices.IsKnownAsync(current.HttpContext, of, whose, cancel);
        if (!isKnown && Counted(owner?.Merchant, null, ByPasskey) is { } wait)
            return new SignIn(null, wait);
        if (owner is not var (merchant, id) || await people.FindAsync(merchant, id, cancel) is not { } person)
        {
            log.Write(SecurityEvent.PasskeyFailed, null, null, ByPasskey);
            return default;
        }

        var attempt = await CheckPasskeyAsync(person, answer, ByPasskey, cancel);
        return attempt.Person is null ? attempt : await NextAsync(person, null, isProven: true, ByPasskey, cancel);
    }

    public async Task<SignIn> ProveByPasskeyAsync(string token, PasskeyAnswer answer, CancellationToken cancel)
    {
        if (await pending.FindAsync(token, cancel) is not (var person, var isProven))
            return default;
        if (!isProven)
        {
            var isKnown = await devices.IsKnownAsync(current.HttpContext, person.Merchant, person.Email, cancel);
            var wait = isKnown ? null : Counted(person.Merchant, person, WithPasskey);
            if (wait is not null || (await CheckPasskeyAsync(person, answer, WithPasskey, cancel)).Person is null)
                return new SignIn(null, wait) { Named = person, Next = SignInStep.Code, Pending = token };
        }

        await pending.ProveAsync(token, cancel);
        return await NextAsync(person, token, isProven: true, WithPasskey, cancel);
    }

    public async Task<SignIn> AdmitAsync(MerchantId merchant, ProvenIdentity? identity, CancellationToken cancel)
    {
        var admitted = await people.AdmitAsync(merchant, identity, cancel);
        var happened = admitted.Person is null ? SecurityEvent.SignInFailed : SecurityEvent.SignedIn;
        log.Write(happened, merchant, admitted.Named?.Id.ToString("D"), SingleSignOn);
        if (admitted.Person is { } person)
            await RememberAsync(person, cancel);
        if (admitted.Named is { } named)
            await AuditAsync(named, happened == SecurityEvent.SignedIn ? "console.sign-in" : "console.sign-in-fail", cancel);
        return admitted;
    }

    public async Task<SignIn> ProveAsync(string token, string code, CancellationToken cancel)
    {
        if (await pending.FindAsync(token, cancel) is not (var person, var isProven))
            return default;
        if (isProven)
            return await NextAsync(person, token, isProven, WithCode, cancel);
        var isKnown = await devices.IsKnownAsync(current.HttpContext, person.Merchant, person.Email, cancel);
        if (!isKnown && Counted(person.Merchant, person, WithCode) is { } wait)
            return new SignIn(null, wait) { Named = person, Next = SignInStep.Code, Pending = token };
        var attempt = await CheckCodeAsync(person, code, isKnown ? TryKind.DeviceCode : TryKind.Code, WithCode, cancel);
        if (attempt.Person is null)
            return attempt with { Next = SignInStep.Code, Pending = token };
        await pending.ProveAsync(token, cancel);
        return await NextAsync(person, token, isProven: true, WithCode, cancel) with { CodesLeft = attempt.CodesLeft };
    }

    public async Task<SignIn> ContinueAsync(string token, CancellationToken cancel) =>
        await pending.FindAsync(token, cancel) is var (person, isProven)
            ? await NextAsync(person, token, isProven, Where, cancel) : default;

    public Task<string> KeepAsync(Person person, CancellationToken cancel) => pending.OpenAsync(person, isProven: true, cancel);

    public async Task<Person?> TakeUpAsync(string kept, CancellationToken cancel) =>
        await pending.FindAsync(kept, cancel) is (var person, true) && await pending.NextOfAsync(person, isProven: true, cancel) is null
            && await pending.EndAsync(kept, cancel)
            ? person : null;

    public TimeSpan? CountTry(MerchantId merchant) => Counted(merchant, null, SingleSignOn);

    public Task RememberAsync(Person person, CancellationToken cancel) => devices.RememberAsync(current.HttpContext, person, cancel);

    private TimeSpan? Counted(MerchantId? merchant, Person? person, string where)
    {
        var wait = sources.Count(current.HttpContext);
        if (wait is not null)
            log.Write(SecurityEvent.SignInLocked, merchant, person?.Id.ToString("D"), where);
        return wait;
    }

    private async Task<SignIn> NextAsync(Person person, string? token, bool isProven, string where, CancellationToken cancel)
    {
        if (await pending.NextOfAsync(person, isProven, cancel) is { } next)
        {
            if (token is null)
            {
                token = await pending.OpenAsync(person, isProven, cancel);
                if (!isProven)
                    log.Write(SecurityEvent.PasswordAccepted, person.Merchant, person.Id.ToString("D"), where);
            }

            return new SignIn(null, null) { Named = person, Next = next, Pending = token };
        }

        // Of two who complete one sign-in at once, one is let in.
        if (token is not null && !await pending.EndAsync(token, cancel))
            return default;
        log.Write(SecurityEvent.SignedIn, person.Merchant, person.Id.ToString("D"), where);
        await AuditAsync(person, "console.sign-in", cancel);
        await RememberAsync(person, cancel);
        return new SignIn(person, null) { Named = person };
    }

    private async Task<SignIn> CheckCodeAsync(Person person, string code, TryKind kind, string where, CancellationToken cancel)
    {
        var (outcome, wait, left) = await factors.CheckAsync(person, code, kind, By(person, "factor.recover"), cancel);
        var attempt = new SignIn(outcome == CodeOutcome.Right ? person : null, wait) { Named = person, Code = outcome, CodesLeft = left };
        if (attempt.Person is null)
            await NoteAsync(attempt, SecurityEvent.CodeFailed, person.Merchant, where, cancel);
        else if (left is not null)
            log.Write(SecurityEvent.RecoveryCodeUsed, person.Merchant, person.Id.ToString("D"), where);
        return attempt;
    }

    private async Task<SignIn> CheckPasskeyAsync(Person person, PasskeyAnswer answer, string where, CancellationToken cancel)
    {
        var known = await passkeys.ListAsync(person.Merchant, person.Id, cancel);
        var proof = await passkeyDesk.CheckAsync(person, known, answer, cancel);
        var isRight = proof is not null
            && await passkeys.UseAsync(person.Merchant, proof.Passkey, proof.Signatures, proof.AskedAt, cancel);
        var attempt = new SignIn(isRight ? person : null, null) { Named = person };
        if (!isRight)
            await NoteAsync(attempt, SecurityEvent.PasskeyFailed, person.Merchant, where, cancel);
        return attempt;
    }

    /// <summary>Writes a try that was refused into both logs.</summary>
    /// <param name="wrong">The fault, where the try was looked at.</param>
    private async Task NoteAsync(SignIn attempt, SecurityEvent wrong, MerchantId merchant, string where, CancellationToken cancel)
    {
        var happened = attempt.Wait is null ? wrong : SecurityEvent.SignInLocked;
        log.Write(happened, merchant, attempt.Named?.Id.ToString("D"), where);
        // An unknown address gets no row: strangers would fill the audit log. A passkey that proves nothing makes no person wait, so that
        // only the first ones get a row.
        if (attempt is { Named: { } named, Wait: null }
            && (wrong != SecurityEvent.PasskeyFailed || await passkeys.CountFailureAsync(named, cancel)))
        {
            await AuditAsync(
                named,
                wrong switch
                {
                    SecurityEvent.CodeFailed => "console.code-fail",
                    SecurityEvent.PasskeyFailed => "console.passkey-fail",
                    _ => "console.sign-in-fail",
                },
                cancel);
        }
    }

    private async Task AuditAsync(Person person, string what, CancellationToken cancel)
    {
        if (person.Role is not null)
            await actions.AddAsync(By(person, what), clock.GetUtcNow(), cancel);
    }

    private Origin By(Person person, string what) => new(person.Merchant, Credential: 0, Guid.CreateVersion7(clock.GetUtcNow()))
    {
        Action = new OperatorAction(person.Id, person.Name, what, $"person {person.Email}", ""),
    };
}
