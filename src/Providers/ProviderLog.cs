using Microsoft.Extensions.Logging;
using Quittance.Core;
using Quittance.Core.Providers;

namespace Quittance.Providers;

/// <summary>
/// The log lines about providers: the provider, the attempt, the verb, and words of our own. Never what was sent or
/// answered: either may hold card data.
/// </summary>
internal static partial class ProviderLog
{
    [LoggerMessage(LogLevel.Debug, "{Provider}: {Verb} of attempt {Attempt}: {Verdict}")]
    public static partial void Answered(ILogger log, string provider, Verb verb, Guid attempt, Verdict verdict);

    [LoggerMessage(LogLevel.Warning, "{Provider}: the outcome of {Verb} of attempt {Attempt} is unknown: {What}")]
    public static partial void Unknown(ILogger log, string provider, Verb verb, Guid attempt, string what);

    [LoggerMessage(LogLevel.Warning, "{Provider} answered {Verb} of attempt {Attempt} with another {What} than asked: taken as unknown")]
    public static partial void AnsweredAnother(ILogger log, string provider, Verb verb, Guid attempt, string what);

    [LoggerMessage(LogLevel.Warning, "{Provider} refused {Verb} of attempt {Attempt} as it stands: {What}")]
    public static partial void Refused(ILogger log, string provider, Verb verb, Guid attempt, string what);

    [LoggerMessage(LogLevel.Error, "{Provider}: {Verb} of attempt {Attempt} met status {Status}: {What}")]
    public static partial void SetUpWrong(ILogger log, string provider, Verb verb, Guid attempt, int status, string what);

    [LoggerMessage(
        LogLevel.Critical,
        "ALERT: {Provider} does not accept the API key of merchant {Merchant} (HTTP {Status}): what it is asked stays unknown until the "
        + "account is connected with a key that it accepts")]
    public static partial void KeyRefused(ILogger log, string provider, long merchant, int status);

    [LoggerMessage(
        LogLevel.Critical,
        "ALERT: {Provider} says {Word} of {What} {Id} of merchant {Merchant}, a word that is not known here: nothing is booked. Look at it "
        + "at the provider, then see: quittance attempt list --unknown, quittance reconcile")]
    public static partial void WordUnknown(ILogger log, string provider, long merchant, string what, string id, string word);

    [LoggerMessage(LogLevel.Warning, "{Provider} gives no page on which the customer of session {Session} enters an instrument: {What}")]
    public static partial void NoPage(ILogger log, string provider, Guid session, string what);

    [LoggerMessage(
        LogLevel.Critical,
        "ALERT: of dispute {Id} of merchant {Merchant}, {Amount}, {Provider} gave {Part} back. This part is not booked: look at it at the "
        + "provider, and record it as a payment of the customer")]
    public static partial void PartCameBack(ILogger log, string provider, long merchant, string id, Money amount, Money part);

    [LoggerMessage(LogLevel.Warning, "{Provider} does not show what it has: {What}")]
    public static partial void NotShown(ILogger log, string provider, string what);
}
