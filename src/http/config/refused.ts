/** Connectors of HTTP that are known by name and not read, each with the reason. */

interface Refused {
  readonly title: string
  readonly connectorClass: RegExp
  /** Keys that tell it without its class. */
  readonly keys?: RegExp
  readonly why: string
}

const OTHER_MODEL = 'write its url, interval and paging with the properties of Confluent’s or of the guide'

export const REFUSED: readonly Refused[] = [
  {
    title: 'Confluent’s HTTP sink',
    connectorClass: /^(io\.confluent\.connect\.http\.(sink\.\w*)?)?\w*HttpSink(Connector|V2)?$/,
    keys: /^http\.api\.url$|^behavior\.on\.null\.values$/,
    why: 'it is a sink: it writes to an API and polls none',
  },
  {
    title: 'Lenses’ HTTP sink',
    connectorClass: /^(io\.lenses|com\.datamountaineer)\.streamreactor\./,
    keys: /^connect\.http\./,
    why: 'it is a sink: it writes to an API and polls none',
  },
  {
    title: 'Aiven’s HTTP sink',
    connectorClass: /^io\.aiven\.kafka\.connect\.http\./,
    why: 'it is a sink: it writes to an API and polls none',
  },
  {
    title: 'clescot’s HTTP source',
    connectorClass: /^io\.github\.clescot\.kafka\.connect\.http\./,
    keys: /^jobs$|^job\.[^.]+\.cron$|^queue\.name$/,
    why: 'it is no poller: it emits requests for its own sink',
  },
  {
    title: 'OSO’s AI source',
    connectorClass: /^sh\.oso\./,
    keys: /^(connect\.ai|nexus)\./,
    why: `its records pass a language model before they are written; ${OTHER_MODEL}`,
  },
  {
    title: 'Apache Camel’s HTTP source',
    connectorClass: /^org\.apache\.camel\.kafkaconnector\./,
    keys: /^camel\./,
    why: `it takes the whole body as one record; ${OTHER_MODEL}`,
  },
  {
    title: 'llofberg’s REST source',
    connectorClass: /^com\.tm\.kafka\.connect\.rest\./,
    keys: /^rest\.(source|http)\./,
    why: `it takes the whole body as one record; ${OTHER_MODEL}`,
  },
  {
    title: 'theFaustus’ HTTP source',
    connectorClass: /^inc\.evil\.kafka\.connect\.http\./,
    keys: /^http\.poll\.interval\.ms$/,
    why: `it takes the whole body as one record; ${OTHER_MODEL}`,
  },
  {
    title: 'an HTTP source that is only written about',
    connectorClass: /^$/,
    keys: /^http\.timer\.interval\.ms$/,
    why: `no connector that can be had reads http.url with http.timer.interval.ms; ${OTHER_MODEL}`,
  },
]
