using FnMesh.Policy.Snapshots;
using Microsoft.Extensions.Logging;

namespace FnMesh.Gateway.Broker;

/// <summary>Connects to a Kafka.</summary>
/// <param name="entry">Which.</param>
/// <param name="mesh">The mesh's name.</param>
/// <param name="directory">The gateway's data directory.</param>
/// <param name="loggers">For what people should know.</param>
/// <param name="time">The clock.</param>
/// <param name="cancel">Gives up.</param>
/// <exception cref="BrokerException">No broker answers, or it does not let the gateway do what it must.</exception>
internal delegate Task<IBroker> OpenKafka(KafkaEntry entry, string mesh, string directory, ILoggerFactory loggers, TimeProvider time, CancellationToken cancel);
