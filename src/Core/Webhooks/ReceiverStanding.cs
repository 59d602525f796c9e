namespace Quittance.Core.Webhooks;

/// <summary>How a receiver takes what is sent to it.</summary>
public enum ReceiverState
{
    /// <summary>It takes what it gets, or was sent nothing yet.</summary>
    Live,

    /// <summary>A message failed, and is tried again.</summary>
    Retrying,

    /// <summary>It has failed for minutes, or its last message was given up: people are told of it.</summary>
    Failing,
}

/// <summary>How a receiver stands.</summary>
/// <param name="Failures">How often the message that failed most has failed in a row; 0 where none has.</param>
/// <param name="Since">The time of the event of that message; null where none has failed.</param>
/// <param name="NextTry">When the next of those that failed is tried again; null where none is.</param>
public sealed record ReceiverStanding(ReceiverState State, int Failures, DateTimeOffset? Since, DateTimeOffset? NextTry);
