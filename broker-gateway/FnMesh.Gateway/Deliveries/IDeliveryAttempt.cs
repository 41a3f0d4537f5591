using FnMesh.Gateway.Attempts;

namespace FnMesh.Gateway.Deliveries;

/// <summary>How an event is sent to a subscriber's endpoint: by itself, or with others.</summary>
internal interface IDeliveryAttempt : IAttempt
{
    /// <summary>What the last attempt brought back.</summary>
    DeliveryAnswer Answer { get; }
}
