using Quittance.Core.Accounts;

namespace Quittance.Core.Engine;

/// <summary>Where the engine keeps the books.</summary>
public interface IStore
{
    /// <summary>What a reference names, from memory only; null when it is not remembered.</summary>
    Referent? Remembered(Reference reference);

    /// <summary>Why commits do not get through; null where they do, or none was tried.</summary>
    StoreTrouble? Trouble => null;

    /// <summary>Opens a session for one lane. It connects when it is first used, and again after its connection broke.</summary>
    IStoreSession OpenSession();
}
