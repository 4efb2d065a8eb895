/**
 * What the rest of the guide's own documentation adds to its dialect: where to poll and how to log in, which the guide
 * leaves out.
 */
import type { PropertyTable } from './table.ts'

export const GUIDE_MORE_ROWS: PropertyTable = {
  'http.source.url': {
    type: 'text',
    about: 'what is polled',
    sets: ['plan.targets'],
    readBy: 'sh.oso AiSourceConnector',
  },
  'http.source.method': {
    type: 'text',
    choices: ['GET', 'POST'],
    about: 'method',
    sets: ['plan.method'],
    default: 'GET',
    readBy: 'sh.oso AiSourceConnector',
  },
  'http.source.body': { type: 'text', about: 'body of a POST', sets: ['plan.body'] },
  'http.source.query.params': { type: 'text', about: 'query, k=v by &', sets: ['plan.targets'] },
  'kafka.topic': {
    type: 'text',
    about: 'where records go',
    sets: ['topic'],
    readBy: 'castorm HttpSourceConnector',
  },
  'pagination.cursor.param': {
    type: 'text',
    about: 'query parameter of the cursor',
    sets: ['plan.paging.param'],
    default: 'cursor',
  },
  'pagination.offset.param': {
    type: 'text',
    about: 'query parameter of the offset',
    sets: ['plan.paging.param'],
    default: 'offset',
  },
  'pagination.page.param': {
    type: 'text',
    about: 'query parameter of the page’s number',
    sets: ['plan.paging.param'],
    default: 'page',
  },
  'pagination.limit.param': {
    type: 'text',
    about: 'query parameter of the page’s size',
    sets: ['plan.paging.limitParam'],
    default: 'limit',
  },
  'pagination.page.size': {
    type: 'count',
    min: 1,
    about: 'records of a page, where pagination.limit.value is not there',
    sets: ['plan.paging.limit'],
  },
  'pagination.link.rel': {
    type: 'text',
    about: 'which link leads to the next page',
    sets: ['plan.paging.linkRel'],
    default: 'next',
  },
  'http.auth.type': {
    type: 'text',
    choices: ['none', 'basic', 'bearer', 'api_key'],
    about: 'how to log in',
    sets: ['plan.headers'],
    default: 'none',
    readBy: 'castorm HttpSourceConnector',
  },
  'http.auth.basic.username': { type: 'text', about: 'who', sets: ['plan.headers'], under: 'http.auth.type' },
  'http.auth.basic.password': {
    type: 'secret',
    about: 'password',
    sets: ['plan.headers'],
    under: 'http.auth.type',
  },
  'http.auth.bearer.token': {
    type: 'secret',
    about: 'token',
    sets: ['plan.headers'],
    under: 'http.auth.type',
  },
  'http.auth.api.key.header': {
    type: 'text',
    about: 'header of the key',
    sets: ['plan.headers'],
    default: 'X-API-Key',
    under: 'http.auth.type',
  },
  'http.auth.api.key.value': {
    type: 'secret',
    about: 'key',
    sets: ['plan.headers'],
    under: 'http.auth.type',
  },
}
