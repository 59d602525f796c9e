using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Quittance.Tests.Console;

/// <summary>
/// A device with one passkey, as a browser reaches it: it answers as the test asks, also where an honest one would not.
/// </summary>
internal sealed class PasskeyDevice : IDisposable
{
    private const byte Present = 0x01;
    private const byte Verified = 0x04;
    private const byte HasKey = 0x40;

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[] _id = RandomNumberGenerator.GetBytes(16);
    private string _handle = "";

    /// <summary>The page that asks.</summary>
    public string Origin { get; set; } = "";

    /// <summary>How often the device says that it has signed.</summary>
    public uint Signatures { get; set; }

    /// <summary>Whether it counts at all: many devices say 0.</summary>
    public bool Counts { get; init; } = true;

    /// <summary>Whether it checks its owner.</summary>
    public bool Verifies { get; set; } = true;

    /// <summary>The challenge in place of the one that is asked; null for that one.</summary>
    public string? Challenge { get; set; }

    /// <summary>The answer to a question for a new passkey.</summary>
    public string Create(string options)
    {
        var asked = JsonNode.Parse(options)!;
        _handle = (string)asked["user"]!["id"]!;
        var point = _key.ExportParameters(false).Q;
        // A COSE key: EC2, ES256, P-256, and the two halves of the point.
        byte[] cose = [0xA5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 32, .. point.X!, 0x22, 0x58, 32, .. point.Y!];
        byte[] data =
        [
            .. Head((string)asked["rp"]!["id"]!, HasKey), .. new byte[16], 0, (byte)_id.Length, .. _id, .. cose,
        ];
        byte[] attestation =
        [
            0xA3, 0x63, .. "fmt"u8, 0x64, .. "none"u8, 0x67, .. "attStmt"u8, 0xA0, 0x68, .. "authData"u8, 0x58, (byte)data.Length, .. data,
        ];
        return Answer(new JsonObject
        {
            ["clientDataJSON"] = Text(ClientData("webauthn.create", asked)),
            ["attestationObject"] = Text(attestation),
            ["transports"] = new JsonArray("usb"),
        });
    }

    /// <summary>The answer to a question for a passkey.</summary>
    public string Get(string options)
    {
        var asked = JsonNode.Parse(options)!;
        Signatures++;
        var (head, client) = (Head((string)asked["rpId"]!, 0), ClientData("webauthn.get", asked));
        var signature = _key.SignData(
            [.. head, .. SHA256.HashData(client)], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return Answer(new JsonObject
        {
            ["clientDataJSON"] = Text(client),
            ["authenticatorData"] = Text(head),
            ["signature"] = Text(signature),
            ["userHandle"] = _handle,
        });
    }

    public void Dispose() => _key.Dispose();

    private byte[] Head(string domain, byte flags)
    {
        var count = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(count, Counts ? Signatures : 0);
        return [.. SHA256.HashData(Encoding.UTF8.GetBytes(domain)), (byte)(flags | Present | (Verifies ? Verified : 0)), .. count];
    }

    private byte[] ClientData(string type, JsonNode asked) => JsonSerializer.SerializeToUtf8Bytes(new JsonObject
    {
        ["type"] = type,
        ["challenge"] = Challenge ?? (string)asked["challenge"]!,
        ["origin"] = Origin,
        ["crossOrigin"] = false,
    });

    private string Answer(JsonObject response) => new JsonObject
    {
        ["id"] = Text(_id),
        ["rawId"] = Text(_id),
        ["type"] = "public-key",
        ["clientExtensionResults"] = new JsonObject(),
        ["response"] = response,
    }.ToJsonString();

    private static string Text(byte[] bytes) => Base64Url.EncodeToString(bytes);
}
