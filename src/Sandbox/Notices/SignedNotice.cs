namespace Quittance.Sandbox.Notices;

/// <summary>A notice ready to be sent: a POST of the body with the three headers of Standard Webhooks.</summary>
/// <param name="Id">Header <c>webhook-id</c>: the same each time that it is sent.</param>
/// <param name="Timestamp">Header <c>webhook-timestamp</c>: seconds since 1970.</param>
/// <param name="Signature">Header <c>webhook-signature</c>.</param>
/// <param name="Url">Where to.</param>
/// <param name="Body">The JSON.</param>
/// <param name="Copies">How many times it is to be sent.</param>
/// <param name="Authorisation">What it is about. Notices about the same are sent in their order.</param>
public sealed record SignedNotice(string Id, long Timestamp, string Signature, Uri Url, string Body, int Copies, Guid Authorisation);
