namespace Quittance.Core.Access;

/// <summary>A passkey of a person (WebAuthn Level 3): a key pair of a device, of which the books have the public half.</summary>
/// <param name="Id">Names it to its owner.</param>
/// <param name="Name">Its owner's name for it.</param>
/// <param name="Credential">The name that the device gave it.</param>
/// <param name="PublicKey">The public key, as COSE writes it.</param>
public sealed record Passkey(Guid Id, string Name, byte[] Credential, byte[] PublicKey)
{
    /// <summary>How often the device has signed with it; a device that does not count says 0.</summary>
    public required uint Signatures { get; init; }

    /// <summary>Whether the owner's devices share it. That never changes.</summary>
    public required bool IsShared { get; init; }

    /// <summary>How browsers reach the device, such as <c>usb</c>.</summary>
    public required IReadOnlyList<string> Transports { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the last question was asked that it has answered; null for none. No older question is answered with it.</summary>
    public DateTimeOffset? AskedAt { get; init; }
}

/// <summary>A question for a browser, which a passkey answers.</summary>
/// <param name="Options">The options of the browser's <c>navigator.credentials</c>, as JSON.</param>
/// <param name="State">It comes back with the answer. Only this server makes and reads it.</param>
public sealed record PasskeyQuestion(string Options, string State);

/// <summary>A browser's answer.</summary>
/// <param name="State">The state of the question.</param>
/// <param name="Credential">The credential of the browser, as JSON.</param>
public sealed record PasskeyAnswer(string State, string Credential);
